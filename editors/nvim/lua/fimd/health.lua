-- :checkhealth fimd
local M = {}

-- The functions were named report_* before Neovim 0.10, and stood in a module of their own before 0.8.
local health = vim.health or require('health')
local function report(kind, text, advice) (health[kind] or health['report_' .. kind])(text, advice) end

local function check_program(command)
  if not command then
    return report('error', 'the program fimd is not found',
      { 'install it with editors/install.sh, or call setup { cmd = { "/path/to/fimd", "--stdio" } }' })
  end
  if vim.fn.executable(command[1]) == 0 then return report('error', command[1] .. ' is no program') end
  report('ok', table.concat(command, ' '))
end

local function check_server()
  local clients, status = require('fimd.clients'), require('fimd.status')
  local running = clients.list()
  if #running == 0 then
    local advice = 'open an ordinary file that has a name; :Fimd log may say why a server ended'
    return report('warn', 'no server runs', { advice })
  end
  for _, client in ipairs(running) do
    local info, told = client.server_info or {}, status.of(client) or {}
    local folder = client.config.root_dir or 'no folder'
    report('ok', ('server %d %s for %s: %s'):format(client.id, info.version or '', folder, told.state or 'starting'))
    if told.provider and told.provider ~= '' then report('ok', 'asks ' .. told.provider) end
    if told.reason and told.reason ~= '' then
      report('warn', told.reason, { ':Fimd explain, or fimd doctor in a shell' })
    end
  end
end

-- Another plugin that maps a key later takes it away.
local function check_keys(options)
  local keys = require('fimd.keys')
  for _, name in ipairs(keys.names) do
    local key = options[name]
    if key then
      if keys.is_mine(key) then
        report('ok', ('%s: %s'):format(name, key))
      else
        local advice = 'map it to require("fimd").' .. name .. '()'
        report('warn', ('%s: %s is mapped by something else'):format(name, key), { advice })
      end
    end
  end
end

function M.check()
  report('start', 'fimd')
  local fimd = require('fimd')
  if vim.g.loaded_fimd ~= 1 then
    return report('warn', 'setup has not been called', { 'call require("fimd").setup {} in init.lua' })
  end
  local options = fimd.options()
  check_program(options.cmd)
  check_server()
  check_keys(options)
  report('ok', options.native and "Neovim's own inline completion shows the text" or 'the plugin shows the text')
end

return M
