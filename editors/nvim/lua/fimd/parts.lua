-- Which part of a suggestion one key takes. Pure.
local M = {}

function M.all(text) return text end

-- Blanks and line ends, then one run of word characters (all of what is beyond ASCII counts as such) or of others.
function M.word(text)
  local blanks = text:match('^%s*')
  local rest = text:sub(#blanks + 1)
  return blanks .. (rest:match('^[%w_\128-\255]+') or rest:match('^[^%w_%s\128-\255]+') or '')
end

-- To the end of the line; standing at the end of one, the next line.
function M.line(text) return text:match('^\n?[^\n]*') end

return M
