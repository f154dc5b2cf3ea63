-- :Fimd, the status line, :checkhealth and the help, with the real server and its built-in model.
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local check, keys = T.check, T.keys

local content = {
  'def area(shape):',
  '    width = shape.get("width")',
  '    height = shape.get("height")',
  '    if width is None or height is None:',
  '        raise ValueError("shape without size")',
  '    return width * height',
  '',
  '',
  'def edge(shape):',
  '    width = shape.get("width")',
  '    hei^',
}

local function notes() return T.lua('return notes') end
local function noted(pattern)
  local good = vim.wait(15000, function()
    for _, note in ipairs(notes()) do if note:find(pattern) then return true end end
    return false
  end, 20)
  return good, notes()
end
local function window_with(pattern)
  local good = vim.wait(15000, function() return table.concat(T.look().lines, '\n'):find(pattern) ~= nil end, 20)
  local lines = T.look().lines
  T.call('nvim_command', 'close')
  return good, lines
end
local function says(pattern)
  local seen
  local good = vim.wait(15000, function()
    seen = T.lua([[return require('fimd').statusline()]])
    return seen:find(pattern) ~= nil
  end, 20)
  return good, seen
end

T.run(function()
  T.lua([[notes = {} vim.notify = function(text) notes[#notes + 1] = text end]])
  T.open('shapes.py', content)
  check('the status line names the model', says('^fimd builtin$'))
  T.call('nvim_command', 'Fimd status')
  check(':Fimd status tells the same, and the folder', noted('ready, asks builtin, folder .*project'))

  T.insert()
  check('ghost text', T.wait(function(look) return look.rows[11]:find('^    height') ~= nil end), T.look().rows)
  local shown = T.look().rows[11]
  keys('<Esc>')
  T.call('nvim_command', 'Fimd pause')
  check(':Fimd pause pauses', noted('paused'))
  check('the status line says so', says('paused'))
  T.call('nvim_command', 'Fimd pause')
  check('pausing twice stays paused', vim.wait(15000, function()
    return #vim.tbl_filter(function(note) return note:find('paused') ~= nil end, notes()) == 2
  end, 20) and says('paused'))
  local asked = #T.requests()
  T.insert()
  check('a request is answered while paused', vim.wait(15000, function() return #T.answers() > asked end, 20))
  check('with nothing', T.row(11, '    hei'))
  keys('<Esc>')
  T.call('nvim_command', 'Fimd resume')
  check(':Fimd resume goes on', noted('goes on') and says('^fimd builtin$'))
  T.insert()
  check('ghost text is there again', T.row(11, shown))
  keys('<Esc>')

  T.call('nvim_command', 'Fimd explain')
  check(':Fimd explain tells of the last request', window_with('by builtin'))
  T.call('nvim_command', 'Fimd stats')
  check(':Fimd stats shows figures', window_with('shown +%d'))
  T.call('nvim_command', 'Fimd log')
  check(':Fimd log shows what the server said', window_with('%d%d:%d%d:%d%d %a+: '))

  local before = T.lua([[return require('fimd.clients').of(0).id]])
  T.call('nvim_command', 'Fimd restart')
  check(':Fimd restart starts a new server', vim.wait(15000, function()
    local now = T.lua([[local client = require('fimd.clients').of(vim.api.nvim_get_current_buf()) return client and client.id or 0]])
    return now ~= 0 and now ~= before
  end, 20))
  check('which is ready', says('^fimd builtin$'))
  T.insert()
  check('and completes', T.coaxed_row(11, shown))
  keys('<Esc>')
  T.call('nvim_command', 'Fimd nonsense')
  check('an unknown word is told', noted('unknown: nonsense'))
  local words = T.call('nvim_call_function', 'getcompletion', { 'Fimd ', 'cmdline' })
  check('the words complete', vim.deep_equal(words, { 'explain', 'log', 'pause', 'reindex', 'restart', 'resume', 'stats', 'status' }), words)

  T.call('nvim_command', 'checkhealth fimd')
  local good, lines = T.wait(function(look) return table.concat(look.lines, '\n'):find('asks builtin') ~= nil end)
  local text = table.concat(lines.lines, '\n')
  check(':checkhealth fimd finds nothing wrong', good and not text:find('ERROR') and not text:find('WARN'), lines.lines)
  T.call('nvim_command', 'bwipeout!')

  -- Tags are written where the plugin may be read-only: into a copy.
  local copy = os.getenv('FIMD_WORK') .. '/help'
  vim.fn.mkdir(copy, 'p')
  vim.fn.system({ 'cp', '-r', os.getenv('FIMD_PLUGIN') .. '/doc', copy })
  local ok, problem = pcall(T.call, 'nvim_command', 'helptags ' .. copy .. '/doc')
  check('the help has valid tags', ok, problem)
  T.lua('vim.opt.runtimepath:append(...)', copy)
  local missing = {}
  for _, tag in ipairs({ 'fimd', ':Fimd', 'fimd-keys', 'fimd-health', 'fimd.setup()', 'fimd.statusline()', 'fimd-native' }) do
    if not pcall(T.call, 'nvim_command', 'help ' .. tag) then missing[#missing + 1] = tag end
  end
  check('the help is found by its tags', #missing == 0, missing)
  local help = table.concat(T.lua([[vim.cmd('help fimd') return vim.api.nvim_buf_get_lines(0, 0, -1, false)]]), '\n')
  local untold = {}
  for name in pairs(T.lua([[return vim.tbl_map(tostring, require('fimd').options())]])) do
    if not help:find('\n' .. name .. ' ', 1, true) then untold[#untold + 1] = name end
  end
  for _, word in ipairs(words) do if not help:find(':Fimd ' .. word, 1, true) then untold[#untold + 1] = word end end
  check('it tells of each option and command', #untold == 0, untold)
end)
