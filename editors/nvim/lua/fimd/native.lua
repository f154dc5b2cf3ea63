-- Neovim 0.12's own inline completion with what it lacks: taking a word or a line, all candidates, and no text that has
-- become wrong. It draws an expired suggestion over newer text until the next answer comes, does not cancel, and takes
-- any answer for the text of now; so answers for an older text are dropped here, and what no longer fits is wiped away.
local M = {}
local api = vim.api
local METHOD = 'textDocument/inlineCompletion'

local asked_all      -- { buffer, step }: the next request asks for every candidate, and this one is selected
local answers = {}   -- by buffer: the items of the last answer
local dismissed      -- where the user wanted to see nothing
local drawn_in       -- namespace of Neovim's client

local function place(buffer)
  local at = api.nvim_win_get_cursor(0)
  return table.concat({ api.nvim_get_current_buf(), api.nvim_buf_get_changedtick(buffer), at[1], at[2] }, ' ')
end

local function drawn(buffer)
  drawn_in = drawn_in or api.nvim_get_namespaces()['nvim.lsp.inline_completion']
  return drawn_in ~= nil and #api.nvim_buf_get_extmarks(buffer, drawn_in, 0, -1, { limit = 1 }) > 0
end

-- What of `text`, which replaces from (row, col), does not stand left of the cursor yet; nil when it does not fit.
local function rest_of(text, row, col)
  local at = api.nvim_win_get_cursor(0)
  if type(text) ~= 'string' or at[1] - 1 ~= row or at[2] < col then return nil end
  local typed = api.nvim_get_current_line():sub(col + 1, at[2])
  return text:sub(1, #typed) == typed and #text > #typed and text:sub(#typed + 1) or nil
end

local function any_fits(buffer)
  for _, item in ipairs(answers[buffer] or {}) do
    local start = type(item.range) == 'table' and item.range.start
    local line = start and api.nvim_buf_get_lines(buffer, start.line, start.line + 1, false)[1]
    local ok, col = pcall(vim.str_byteindex, line or '', 'utf-16', start and start.character or 0, true)
    if line and ok and rest_of(item.insertText, start.line, col) then return true end
  end
  return false
end

-- To be called before each request of the client.
function M.guard(arguments, at)
  if arguments[at] ~= METHOD then return end
  local answer, buffer = arguments[at + 2], arguments[at + 3]
  local all = asked_all and asked_all.buffer == buffer and asked_all or nil
  asked_all = nil
  if all then arguments[at + 1].context.triggerKind = vim.lsp.protocol.InlineCompletionTriggerKind.Invoked end
  local sent_from = place(buffer)
  arguments[at + 2] = function(problem, result, ...)
    if api.nvim_get_current_buf() ~= buffer or place(buffer) ~= sent_from then return end
    if sent_from == dismissed and not all then return end
    answers[buffer] = type(result) == 'table' and (result.items or result) or {}
    answer(problem, result, ...)
    if all then vim.lsp.inline_completion.select({ bufnr = buffer, count = all.step }) end
  end
end

function M.visible()
  local buffer = api.nvim_get_current_buf()
  return drawn(buffer) and any_fits(buffer)
end

-- Inserts what is shown, or the part of it that `cut` returns.
function M.accept(cut)
  vim.lsp.inline_completion.get({ on_accept = function(item)
    local at = api.nvim_win_get_cursor(0)
    local row, col, end_row, end_col = at[1] - 1, at[2], at[1] - 1, at[2]
    if item.range then row, col, end_row, end_col = item.range:to_extmark() end
    local rest = rest_of(item.insert_text, row, col)
    if not rest then return nil end
    local part = cut and cut(rest) or rest
    local whole, lines = #part == #rest, vim.split(part, '\n', { plain = true })
    local here = { at[1] - 1, at[2] }
    local over = whole and end_row == row and math.max(end_col - here[2], 0) or 0
    api.nvim_buf_set_text(0, here[1], here[2], here[1], here[2] + over, lines)
    api.nvim_win_set_cursor(0, { at[1] + #lines - 1, (#lines == 1 and here[2] or 0) + #lines[#lines] })
    local client = whole and item.command and vim.lsp.get_client_by_id(item.client_id)
    if client then client:exec_cmd(item.command) end
  end })
end

-- Shows the candidate `step` further on; asks for all of them first where the answer had one.
function M.cycle(step)
  local buffer = api.nvim_get_current_buf()
  if M.visible() and #answers[buffer] > 1 then return vim.lsp.inline_completion.select({ count = step }) end
  asked_all = { buffer = buffer, step = M.visible() and step or 0 }
  -- Neovim asks by itself when the cursor has moved, and has no other way to be told to.
  api.nvim_exec_autocmds('CursorMovedI', { buffer = buffer })
end

local function wipe(buffer)
  if drawn(buffer) then api.nvim_buf_clear_namespace(buffer, drawn_in, 0, -1) end
end

function M.dismiss()
  local buffer = api.nvim_get_current_buf()
  answers[buffer] = {}
  dismissed = place(buffer)
  wipe(buffer)
end

function M.attached(buffer) vim.lsp.inline_completion.enable(true, { bufnr = buffer }) end

function M.start()
  local group = api.nvim_create_augroup('fimd_ghost', { clear = true })
  api.nvim_create_autocmd({ 'CursorMovedI', 'TextChangedP' }, { group = group, callback = function(event)
    vim.schedule(function()  -- after Neovim's own handler, which draws
      local buffer = event.buf
      if api.nvim_get_current_buf() ~= buffer or not answers[buffer] or any_fits(buffer) then return end
      -- What another server said may still fit.
      if #vim.lsp.get_clients({ bufnr = buffer, method = METHOD }) == 1 then wipe(buffer) end
    end)
  end })
end

return M
