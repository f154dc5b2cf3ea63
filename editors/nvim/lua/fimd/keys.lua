-- The keys of insert mode. Each acts while there is something to act on, and is otherwise what it was before.
local M = {}

M.names = { 'accept', 'accept_word', 'accept_line', 'next', 'previous', 'dismiss' }

local function raw(keys) return vim.api.nvim_replace_termcodes(keys, true, true, true) end

-- The mapping of a key in insert mode, or nil. maparg() gives no function of Lua before Neovim 0.8.
local function mapping(key)
  for _, list in ipairs({ vim.api.nvim_buf_get_keymap(0, 'i'), vim.api.nvim_get_keymap('i') }) do
    for _, each in ipairs(list) do
      if raw(each.lhs) == raw(key) then return each end
    end
  end
end

-- What the key did before, so that a snippet or menu mapping of the user still works when there is no ghost text; and
-- whether that was the user's or another plugin's choice.
local function earlier_mapping(key)
  local old = mapping(key)
  if not old then return function() return key end, false end
  local function feed(keys)
    vim.api.nvim_feedkeys(keys, old.noremap == 1 and 'in' or 'im', false)
    return ''
  end
  return function()
    if old.callback and old.expr == 1 then
      local keys = old.callback() or ''
      return feed(old.replace_keycodes == 1 and raw(keys) or keys)
    end
    if old.callback then
      vim.schedule(old.callback)
      return ''
    end
    return feed(raw(old.expr == 1 and vim.api.nvim_eval(old.rhs) or old.rhs))
  end, not (old.desc or ''):find('^vim%.snippet')  -- Neovim 0.11's own mapping of Tab does not move in the menu
end

-- Whether the key does what map() has given it.
function M.is_mine(key)
  return ((mapping(key) or {}).desc or ''):find('^fimd: ') ~= nil
end

local mapped = {}

-- `always`: the key acts without ghost text too. While the built-in menu is open, a key that was mapped before keeps
-- that meaning: it may move in the menu.
local function map(key, name, always)
  if not key or mapped[key] then return end
  mapped[key] = true
  local otherwise, had = earlier_mapping(key)
  local undo = name:find('^accept') and '<C-g>u' or ''
  local action = undo .. '<Cmd>lua require("fimd").' .. name .. '()<CR>'
  vim.keymap.set('i', key, function()
    local mine = (always or require('fimd').visible()) and not (had and vim.fn.pumvisible() == 1)
    return mine and action or otherwise()
  end, { expr = true, replace_keycodes = true, desc = 'fimd: ' .. name:gsub('_', ' ') })
end

function M.map(options)
  for _, name in ipairs(M.names) do map(options[name], name, name == 'next' or name == 'previous') end
end

return M
