-- The command :Fimd. Each word asks or tells the server something that it can answer.
local clients = require('fimd.clients')
local status = require('fimd.status')
local M = {}
local api = vim.api

local function say(text, level) vim.notify('fimd: ' .. text, level or vim.log.levels.INFO) end

local function client_here()
  local client = clients.of(api.nvim_get_current_buf())
  if not client then say('no server runs for this buffer; see :checkhealth fimd', vim.log.levels.WARN) end
  return client
end

local function request(client, method, params, use)
  clients.call(client, 'request', method, params, function(problem, result)
    if problem then return say(method .. ': ' .. (problem.message or 'failed'), vim.log.levels.ERROR) end
    use(result)
  end, api.nvim_get_current_buf())
end

-- A window below with lines that go away with it.
local function show(name, lines)
  vim.cmd('botright ' .. math.max(3, math.min(#lines, 15)) .. 'new')
  local buffer = api.nvim_get_current_buf()
  vim.bo[buffer].buftype, vim.bo[buffer].bufhidden, vim.bo[buffer].swapfile = 'nofile', 'wipe', false
  pcall(api.nvim_buf_set_name, buffer, 'fimd://' .. name)
  local flat = {}
  for _, line in ipairs(lines) do vim.list_extend(flat, vim.split(line, '\n', { plain = true })) end
  api.nvim_buf_set_lines(buffer, 0, -1, false, flat)
  vim.bo[buffer].modifiable = false
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'fimd: close' })
end

local function figures(p) return ('%.1f / %.1f / %.1f ms'):format(p.p50, p.p95, p.p99) end

local function stats_lines(result)
  local lines = {}
  for _, name in ipairs({ 'shown', 'accepted', 'empty', 'superseded', 'late', 'from_flight' }) do
    if result[name] then lines[#lines + 1] = ('%-12s %d'):format(name, result[name]) end
  end
  for name, each in pairs(result.providers or {}) do
    lines[#lines + 1] = ('%s: %d requests, %d errors'):format(name, each.requests, each.errors)
    lines[#lines + 1] = '  first token  p50/p95/p99  ' .. figures(each.first_token_ms)
    lines[#lines + 1] = '  whole answer p50/p95/p99  ' .. figures(each.total_ms)
  end
  for name, each in pairs(result.stages_ms or {}) do
    lines[#lines + 1] = ('stage %-12s p50/p95/p99  %s'):format(name, figures(each))
  end
  return lines
end

-- The server's command only toggles: used where the server has told another state, and again where that was wrong.
local function pause(wanted)
  local said = wanted and 'paused' or 'goes on'
  local function toggle(client, again)
    request(client, 'workspace/executeCommand', { command = 'fimd.togglePause', arguments = {} }, function(result)
      if result.paused == wanted then return say(said) end
      if again then toggle(client, false) end
    end)
  end
  for _, client in ipairs(clients.list()) do
    local told = status.of(client)
    if told and (told.state == 'paused') == wanted then say(said) else toggle(client, true) end
  end
end

local words = {}

function words.status()
  local client = client_here()
  if not client then return end
  local told = status.of(client) or { state = 'starting' }
  local root = client.config and client.config.root_dir or ''
  local text = ('%s, asks %s, folder %s'):format(told.state, told.provider ~= '' and told.provider or 'nobody', root)
  if told.reason and told.reason ~= '' then text = text .. ', ' .. told.reason end
  say(text)
end

function words.pause() pause(true) end
function words.resume() pause(false) end

function words.explain()
  local client = client_here()
  if not client then return end
  request(client, 'fimd/explain', { uri = vim.uri_from_bufnr(0) }, function(result)
    local head = result.outcome
    if result.provider and result.provider ~= '' then head = head .. ' by ' .. result.provider end
    if result.ms then head = head .. (' in %.1f ms'):format(result.ms) end
    show('explain', vim.list_extend({ head }, result.story or {}))
  end)
end

function words.stats()
  local client = client_here()
  if not client then return end
  request(client, 'fimd/stats', vim.empty_dict(), function(result) show('stats', stats_lines(result)) end)
end

function words.log()
  local rest = 'What the server writes to its standard error is in ' .. vim.lsp.get_log_path()
  show('log', vim.list_extend(status.messages(), { rest }))
end

function words.reindex()
  for _, client in ipairs(clients.list()) do
    request(client, 'workspace/executeCommand', { command = 'fimd.reindex', arguments = {} },
      function() say('reads all files again') end)
  end
end

function words.restart() require('fimd').restart() end

function M.create()
  api.nvim_create_user_command('Fimd', function(call)
    local act = words[call.args]
    if act then return act() end
    say('unknown: ' .. call.args .. '; one of ' .. table.concat(M.words(), ', '), vim.log.levels.ERROR)
  end, { nargs = 1, desc = 'fimd: ' .. table.concat(M.words(), ', '), complete = function(begin)
    return vim.tbl_filter(function(word) return vim.startswith(word, begin) end, M.words())
  end })
end

function M.words()
  local names = vim.tbl_keys(words)
  table.sort(names)
  return names
end

return M
