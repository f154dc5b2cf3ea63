-- Ghost text on the screen, with extmarks.
local M = {}
local api = vim.api
local space = api.nvim_create_namespace('fimd')
local inline = vim.fn.has('nvim-0.10') == 1   -- older versions can only draw over the line, not push it aside

-- Virtual text has no tab stops of its own: tabs become blanks, counted from the display column `width`.
local function untab(text, width)
  local out, stop = '', vim.bo.tabstop
  for piece, tab in text:gmatch('([^\t]*)(\t?)') do
    out = out .. piece
    if tab ~= '' then out = out .. (' '):rep(stop - (width + vim.fn.strdisplaywidth(out)) % stop) end
  end
  return out
end

function M.clear(buffer)
  if api.nvim_buf_is_valid(buffer) then api.nvim_buf_clear_namespace(buffer, space, 0, -1) end
end

-- Draws `text` in the current buffer at a byte position (row from 0); `after` is what the line holds behind it, without
-- what the text replaces. `hint` stands behind the last line. The built-in menu covers the lines below: then only the
-- first one is drawn.
function M.text(row, col, text, after, hint)
  M.clear(0)
  local lines = vim.split(text, '\n', { plain = true })
  local width = vim.fn.strdisplaywidth(api.nvim_get_current_line():sub(1, col))
  local first = { { untab(lines[1], width), 'FimdGhost' } }
  local below = {}
  if vim.fn.pumvisible() == 0 then
    for i = 2, #lines do below[i - 1] = { { untab(lines[i], 0), 'FimdGhost' } } end
  end
  if hint then table.insert(below[#below] or first, { hint, 'FimdHint' }) end
  if not inline then
    -- The rest of the line is drawn again behind the ghost text, which covers it.
    local drawn = 0
    for _, piece in ipairs(first) do drawn = drawn + vim.fn.strdisplaywidth(piece[1]) end
    first[#first + 1] = { untab(after, width + drawn) }
  end
  api.nvim_buf_set_extmark(0, space, row, col, {
    virt_text = first,
    virt_text_pos = inline and 'inline' or 'overlay',
    virt_lines = #below > 0 and below or nil,
    hl_mode = 'combine',
  })
end

return M
