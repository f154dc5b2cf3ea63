-- Ghost text of our own: asks for textDocument/inlineCompletion after a pause in typing, draws the answer behind the
-- cursor and inserts it, or a part of it, on demand. One suggestion exists at a time, in the current buffer in insert
-- mode. An answer is dropped unless buffer, change number and cursor are those of its request, so nothing stale shows.
-- Neovim 0.12's own client draws an expired answer over what was typed since (0.12.4): see native.lua.
local clients = require('fimd.clients')
local draw = require('fimd.draw')
local M = {}
local api = vim.api

local shown           -- what is on the screen: see candidate(); with list and index when others can be chosen
local asked           -- { client, id }: the request that waits for its answer
local last_place = '' -- where the last key left the cursor: two events come for one key
local serial = 0      -- number of the newest wish for a request
local INVOKED, AUTOMATIC = 1, 2

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

-- An entry of the built-in menu that is selected but does not stand in the text: a suggestion for the text would not go
-- with what the user looks at.
local function menu_differs()
  return vim.fn.pumvisible() == 1 and vim.o.completeopt:find('noinsert') ~= nil
    and vim.fn.complete_info({ 'selected' }).selected >= 0
end

local function redraw()
  local here = place()
  local hint = shown.list and (' (%d/%d)'):format(shown.index, #shown.list) or nil
  draw.text(here.row, here.col, shown.text:sub(#shown.typed + 1), shown.after:sub(shown.over + 1), hint)
end

local function clear()
  if shown then draw.clear(shown.buffer) end
  shown = nil
end

-- The text from where a suggestion begins to the cursor; nil when the cursor stands before it.
local function typed_since(suggestion, here)
  if here.row == suggestion.row and here.col < suggestion.start then return nil end
  local lines = api.nvim_buf_get_lines(here.buffer, suggestion.row, here.row + 1, false)
  lines[#lines] = lines[#lines]:sub(1, here.col)
  lines[1] = lines[1]:sub(suggestion.start + 1)
  return table.concat(lines, '\n')
end

-- Keeps the suggestion while what was typed since is its beginning and nothing right of the cursor changed.
local function follow()
  if not shown then return end
  if menu_differs() then return clear() end
  local here, line = place(), api.nvim_get_current_line()
  local typed = here.buffer == shown.buffer and here.row >= shown.row
    and line:sub(here.col + 1) == shown.after and typed_since(shown, here)
  if typed and #typed < #shown.text and shown.text:sub(1, #typed) == typed then
    shown.typed = typed
    redraw()
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

-- The item as a suggestion for this place, or nil when it does not go with the text.
local function candidate(item, here, client)
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
  return {
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
end

local function candidates(result, here, client)
  local list = {}
  for _, item in ipairs(result.items or result) do
    list[#list + 1] = type(item) == 'table' and candidate(item, here, client) or nil
  end
  return list
end

local function cancel()
  if asked then clients.call(asked.client, 'cancel_request', asked.id) end
  asked = nil
end

-- Asks for the place of the cursor; `use` gets the suggestions when they come, if the place is still the same.
local function request(kind, use)
  cancel()
  local here = place()
  local client = clients.of(here.buffer)
  if not client or not in_insert_mode() or menu_differs() then return end
  local parameters = vim.lsp.util.make_position_params(0, 'utf-16')
  parameters.context = { triggerKind = kind }
  local this = { client = client }
  local function answered(problem, result)
    if asked == this then asked = nil end
    if problem or type(result) ~= 'table' then return end
    if in_insert_mode() and not menu_differs() and same(place(), here) then use(candidates(result, here, client)) end
  end
  local sent, id = clients.call(client, 'request', 'textDocument/inlineCompletion', parameters, answered, here.buffer)
  if sent then
    this.id = id
    asked = this
  end
end

local function show(suggestion, list, index)
  if not suggestion then return end
  clear()
  shown = suggestion
  shown.list, shown.index = list, index
  redraw()
end

local function ask()
  if in_insert_mode() then request(AUTOMATIC, function(list) show(list[1]) end) end
end

-- A server that has just started missed the keys typed before.
M.attached = ask

local function place_now()
  local here = place()
  return table.concat({ here.buffer, here.tick, here.row, here.col }, ' ')
end

local function changed(wait_ms)
  local now = place_now()
  if now == last_place then return end
  last_place = now
  follow()
  serial = serial + 1
  local mine = serial
  vim.defer_fn(function()
    -- What was chosen by hand stays while it fits.
    if mine == serial and not (shown and shown.list) then ask() end
  end, wait_ms)
end

local function stop()
  serial = serial + 1
  last_place = ''
  cancel()
  clear()
end

function M.visible() return shown ~= nil end

function M.dismiss()
  serial = serial + 1
  last_place = place_now()  -- the event of a key just before may come after this one
  cancel()
  clear()
end

-- Shows the candidate `step` further on. Only an explicit request brings more than one; without a suggestion on the
-- screen it brings the first.
function M.cycle(step)
  follow()
  if shown and shown.list then
    local list = {}
    for _, each in ipairs(shown.list) do
      if each.text:sub(1, #shown.typed) == shown.typed and #each.text > #shown.typed then list[#list + 1] = each end
    end
    local at = 1
    for i, each in ipairs(list) do if each == shown then at = i end end
    local typed = shown.typed
    local index = (at - 1 + step) % #list + 1
    list[index].typed = typed
    return show(list[index], list, index)
  end
  serial = serial + 1
  local before = shown and shown.text:sub(#shown.typed + 1)
  request(INVOKED, function(list)
    local at
    for i, each in ipairs(list) do if each.text:sub(#each.typed + 1) == before then at = i end end
    local index = at and (at - 1 + step) % #list + 1 or 1
    show(list[index], list, index)
  end)
end

-- Inserts what is shown, or the part of it that `cut` returns, and tells the server when all of it is taken.
function M.accept(cut)
  follow()
  local taken = shown
  if not taken then return end
  local rest = taken.text:sub(#taken.typed + 1)
  local part = cut and cut(rest) or rest
  local whole = #part == #rest
  local here = place()
  local lines = vim.split(part, '\n', { plain = true })
  if whole then clear() end
  api.nvim_buf_set_text(taken.buffer, here.row, here.col, here.row, here.col + (whole and taken.over or 0), lines)
  api.nvim_win_set_cursor(0, { here.row + #lines, (#lines == 1 and here.col or 0) + #lines[#lines] })
  if not whole then return follow() end
  local client = taken.command and vim.lsp.get_client_by_id(taken.client)
  if client then
    clients.call(client, 'request', 'workspace/executeCommand',
      { command = taken.command.command, arguments = taken.command.arguments }, function() end, taken.buffer)
  end
end

function M.start(wait_ms)
  local group = api.nvim_create_augroup('fimd_ghost', { clear = true })
  api.nvim_create_autocmd({ 'InsertEnter', 'TextChangedI', 'TextChangedP', 'CursorMovedI' },
    { group = group, callback = function() changed(wait_ms) end })
  -- The menu covers what stands below the cursor and goes away without a change of the text.
  api.nvim_create_autocmd({ 'CompleteChanged', 'CompleteDone' }, { group = group, callback = function()
    vim.schedule(function() if in_insert_mode() then follow() end end)
  end })
  api.nvim_create_autocmd({ 'InsertLeave', 'BufLeave' }, { group = group, callback = stop })
end

return M
