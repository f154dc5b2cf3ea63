-- The running fimd clients: how to find and call them in every version of Neovim, and what their requests take along.
local M = {}
local api = vim.api

-- Client methods took no self before Neovim 0.11.
function M.call(client, name, ...)
  if vim.fn.has('nvim-0.11') == 1 then return client[name](client, ...) end
  return client[name](...)
end

-- The clients of a buffer, or of all buffers.
function M.list(buffer)
  local found
  if vim.lsp.get_clients then
    found = vim.lsp.get_clients({ bufnr = buffer })
  else
    found = buffer and vim.lsp.buf_get_clients(buffer) or vim.lsp.get_active_clients()
  end
  local mine = {}
  for _, client in pairs(found) do
    if client.name == 'fimd' then mine[#mine + 1] = client end
  end
  return mine
end

function M.of(buffer) return M.list(buffer)[1] end

-- Tells the server something about a buffer, if the buffer has one.
function M.notify(buffer, method, params)
  local client = api.nvim_buf_is_valid(buffer) and M.of(buffer)
  if client then M.call(client, 'notify', method, params) end
end

-- A column in bytes as UTF-16 units of the line.
local function units(line, column)
  column = math.min(column, #line)
  if vim.fn.has('nvim-0.11') == 1 then return vim.str_utfindex(line, 'utf-16', column, false) end
  return select(2, vim.str_utfindex(line, column))
end

local function position(buffer, row, column)
  local line = api.nvim_buf_get_lines(buffer, row, row + 1, false)[1] or ''
  return { line = row, character = units(line, column or #line) }
end

-- A diagnostic of Neovim in the protocol's form; what came from a language server keeps its members.
local function to_lsp(buffer, each)
  local origin = type(each.user_data) == 'table' and type(each.user_data.lsp) == 'table' and each.user_data.lsp or {}
  return vim.tbl_extend('force', origin, {
    range = { start = position(buffer, each.lnum, each.col),
      ['end'] = position(buffer, each.end_lnum or each.lnum, each.end_col or each.col) },
    severity = each.severity, message = each.message, source = each.source, code = each.code or origin.code })
end

-- Everything that any tool says of the lines from `first` to `last`, counted from 0.
function M.diagnostics(buffer, first, last)
  local found = {}
  for _, each in ipairs(vim.diagnostic.get(buffer)) do
    if each.lnum <= last and (each.end_lnum or each.lnum) >= first then found[#found + 1] = to_lsp(buffer, each) end
  end
  return found
end

-- Calls `change(arguments, at)` before each request of this client; arguments[at] is the method, then come params,
-- handler and buffer.
function M.on_request(client, change)
  local send = client.request
  client.request = function(...)
    local arguments, count = { ... }, select('#', ...)
    local at = arguments[1] == client and 2 or 1
    change(arguments, at)
    return send(unpack(arguments, 1, math.max(count, at + 3)))
  end
end

-- Code actions: Neovim 0.10 and later pass only what the asked server itself has said, and fimd's repairs start from
-- what others say.
function M.add_diagnostics(arguments, at)
  local params, buffer = arguments[at + 1], arguments[at + 3]
  if arguments[at] ~= 'textDocument/codeAction' or type(params) ~= 'table' or not params.range then return end
  if not buffer or buffer == 0 then buffer = api.nvim_get_current_buf() end
  local found = M.diagnostics(buffer, params.range.start.line, params.range['end'].line)
  params = vim.deepcopy(params)  -- other servers are asked with the same table
  params.context = vim.tbl_extend('force', params.context or {}, { diagnostics = found })
  arguments[at + 1] = params
end

return M
