-- What the servers say of themselves: their state, and their messages, of which the last ones are kept.
local clients = require('fimd.clients')
local M = {}
local KEPT = 500   -- log messages

local told = {}    -- by client id: { state, provider, reason }
local messages = {}
local kinds = { 'error', 'warning', 'info', 'log', 'debug' }

-- Handlers for the client's configuration.
M.handlers = {
  ['fimd/status'] = function(_, status, context)
    if type(status) ~= 'table' then return end
    told[context.client_id] = status
    vim.schedule(function() vim.cmd('redrawstatus!') end)
  end,
  ['window/logMessage'] = function(problem, message, context, config)
    if type(message) == 'table' and type(message.message) == 'string' then
      messages[#messages + 1] = os.date('%H:%M:%S ') .. (kinds[message.type] or 'log') .. ': ' .. message.message
      if #messages > KEPT then table.remove(messages, 1) end
    end
    return vim.lsp.handlers['window/logMessage'](problem, message, context, config)
  end,
}

function M.of(client) return told[client.id] end
function M.forget(id) told[id] = nil end
function M.messages() return vim.deepcopy(messages) end

-- For a status line: "fimd" and the model that is asked, or why there is none; empty where no server runs.
function M.line()
  local client = clients.of(vim.api.nvim_get_current_buf())
  if not client then return '' end
  local status = told[client.id]
  if not status then return 'fimd ...' end
  if status.state ~= 'ready' then return 'fimd ' .. status.state end
  return vim.trim('fimd ' .. (status.provider or ''))
end

return M
