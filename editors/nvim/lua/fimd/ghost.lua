-- Ghost text with extmarks: asks for textDocument/inlineCompletion after a pause in typing, draws the answer behind the
-- cursor and inserts it on demand. One suggestion exists at a time, in the current buffer in insert mode.
-- An answer is dropped unless buffer, change number and cursor are those of its request, so nothing stale is shown.
-- Neovim 0.12's own client is not used: it draws an expired answer over what was typed since (0.12.4).
local M = {}
local api = vim.api
local space = api.nvim_create_namespace('fimd')
local inline = vim.fn.has('nvim-0.10') == 1   -- older versions can only draw over the line, not push it aside

local shown           -- { buffer, row, start, text, typed, after, over, command, client }: see show()
local asked           -- { client, id }: the request that waits for its answer
local last_place = '' -- where the last key left the cursor: two events come for one key
local serial = 0      -- number of the newest wish for a request

local function place()
  local at = api.nvim_win_get_cursor(0)
  local buffer = api.nvim_get_current_buf()
  return { buffer = buffer, tick = api.nvim_buf_get_changedtick(buffer), row = at[1] - 1, col = at[2] }
end

local function same(a, b)
  return a.buffer == b.buffer and a.tick == b.tick and a.row == b.row and a.col == b.col
end

local function in_insert_mode()
  return api.nvim_get_mode().mode:sub(1, 1) == 'i'
end

-- Virtual text has no tab stops of its own: tabs become blanks, counted from the display column `width`.
local function untab(text, width)
  local out, stop = '', vim.bo.tabstop
  for piece, tab in text:gmatch('([^\t]*)(\t?)') do
    out = out .. piece
    if tab ~= '' then out = out .. (' '):rep(stop - (width + vim.fn.strdisplaywidth(out)) % stop) end
  end
  return out
end

local function draw(here)
  api.nvim_buf_clear_namespace(shown.buffer, space, 0, -1)
  local line = api.nvim_get_current_line()
  local lines = vim.split(shown.text:sub(#shown.typed + 1), '\n', { plain = true })
  local width = vim.fn.strdisplaywidth(line:sub(1, here.col))
  local first = { { untab(lines[1], width), 'FimdGhost' } }
  if not inline then
    -- The rest of the line is drawn again behind the ghost text, which covers it.
    first[2] = { untab(shown.after:sub(shown.over + 1), width + vim.fn.strdisplaywidth(first[1][1])) }
  end
  local below = {}
  for i = 2, #lines do below[i - 1] = { { untab(lines[i], 0), 'FimdGhost' } } end
  api.nvim_buf_set_extmark(shown.buffer, space, here.row, here.col, {
    virt_text = first,
    virt_text_pos = inline and 'inline' or 'overlay',
    virt_lines = #below > 0 and below or nil,
    hl_mode = 'combine',
  })
end

local function clear()
  if shown and api.nvim_buf_is_valid(shown.buffer) then api.nvim_buf_clear_namespace(shown.buffer, space, 0, -1) end
  shown = nil
end

-- Keeps the suggestion while what was typed since is its beginning and nothing right of the cursor changed.
local function follow()
  if not shown then return end
  if vim.fn.pumvisible() == 1 then return clear() end
  local here, line = place(), api.nvim_get_current_line()
  local typed = here.buffer == shown.buffer and here.row == shown.row and here.col >= shown.start
    and line:sub(here.col + 1) == shown.after and line:sub(shown.start + 1, here.col)
  if typed and #typed < #shown.text and shown.text:sub(1, #typed) == typed then
    shown.typed = typed
    draw(here)
  else
    clear()
  end
end

-- Column in UTF-16 units to bytes of this line; nil when the line is shorter than that.
local function byte_column(line, units)
  local ok, column
  if vim.fn.has('nvim-0.11') == 1 then
    ok, column = pcall(vim.str_byteindex, line, 'utf-16', units, true)
  else
    ok, column = pcall(vim.str_byteindex, line, units, true)
  end
  return ok and column or nil
end

local function show(item, here, client)
  local line = api.nvim_get_current_line()
  local text = type(item.insertText) == 'table' and item.insertText.value or item.insertText
  local first, last = here.col, here.col
  if type(item.range) == 'table' then
    if item.range.start.line ~= here.row or item.range['end'].line ~= here.row then return end
    first, last = byte_column(line, item.range.start.character), byte_column(line, item.range['end'].character)
  end
  if type(text) ~= 'string' or not first or not last or first > here.col or last < here.col then return end
  local typed = line:sub(first + 1, here.col)
  if text:sub(1, #typed) ~= typed or #text == #typed then return end
  shown = {
    buffer = here.buffer,
    row = here.row,
    start = first,               -- byte column where `text` begins
    text = text,                 -- the whole suggestion
    typed = typed,               -- how much of it stands in the buffer
    after = line:sub(here.col + 1),
    over = last - here.col,      -- bytes right of the cursor that it replaces
    command = type(item.command) == 'table' and item.command or nil,
    client = client.id,
  }
  draw(here)
end

-- Client methods took no self before Neovim 0.11.
local function call(client, name, ...)
  if vim.fn.has('nvim-0.11') == 1 then return client[name](client, ...) end
  return client[name](...)
end

local function client_of(buffer)
  local clients = vim.lsp.get_clients and vim.lsp.get_clients({ bufnr = buffer }) or vim.lsp.buf_get_clients(buffer)
  for _, client in pairs(clients) do
    if client.name == 'fimd' then return client end
  end
end

-- Tells the server something about a buffer, if the buffer has one.
function M.notify(buffer, method, params)
  local client = api.nvim_buf_is_valid(buffer) and client_of(buffer)
  if client then call(client, 'notify', method, params) end
end

local function cancel()
  if asked then call(asked.client, 'cancel_request', asked.id) end
  asked = nil
end

local function request()
  cancel()
  local here = place()
  local client = client_of(here.buffer)
  if not client or not in_insert_mode() or vim.fn.pumvisible() == 1 then return end
  local parameters = vim.lsp.util.make_position_params(0, 'utf-16')
  parameters.context = { triggerKind = 2 }
  local this = { client = client }
  local sent, id = call(client, 'request', 'textDocument/inlineCompletion', parameters, function(problem, result)
    if asked == this then asked = nil end
    if problem or type(result) ~= 'table' or not in_insert_mode() or not same(place(), here) then return end
    local item = (result.items or result)[1]
    if type(item) ~= 'table' then return end
    clear()
    show(item, here, client)
  end, here.buffer)
  if sent then
    this.id = id
    asked = this
  end
end

-- Asks now: a server that has just started missed the keys typed before.
function M.ask()
  if in_insert_mode() then request() end
end

local function changed(wait_ms)
  local here = place()
  local now = table.concat({ here.buffer, here.tick, here.row, here.col }, ' ')
  if now == last_place then return end
  last_place = now
  follow()
  serial = serial + 1
  local mine = serial
  vim.defer_fn(function()
    if mine == serial then request() end
  end, wait_ms)
end

local function stop()
  serial = serial + 1
  last_place = ''
  cancel()
  clear()
end

function M.visible()
  return shown ~= nil and vim.fn.pumvisible() == 0
end

function M.dismiss()
  serial = serial + 1
  cancel()
  clear()
end

-- Inserts what is shown and tells the server.
function M.accept()
  follow()
  local taken = shown
  if not taken then return end
  clear()
  local here = place()
  local lines = vim.split(taken.text:sub(#taken.typed + 1), '\n', { plain = true })
  api.nvim_buf_set_text(taken.buffer, here.row, here.col, here.row, here.col + taken.over, lines)
  api.nvim_win_set_cursor(0, { here.row + #lines, (#lines == 1 and here.col or 0) + #lines[#lines] })
  local client = taken.command and vim.lsp.get_client_by_id(taken.client)
  if client then
    call(client, 'request', 'workspace/executeCommand',
      { command = taken.command.command, arguments = taken.command.arguments }, function() end, taken.buffer)
  end
end

function M.start(wait_ms)
  vim.cmd('highlight default link FimdGhost Comment')
  local group = api.nvim_create_augroup('fimd_ghost', { clear = true })
  api.nvim_create_autocmd({ 'InsertEnter', 'TextChangedI', 'TextChangedP', 'CursorMovedI' },
    { group = group, callback = function() changed(wait_ms) end })
  api.nvim_create_autocmd({ 'InsertLeave', 'BufLeave' }, { group = group, callback = stop })
end

return M
