-- Ghost text while models are unplugged and plugged in again (unplug.sh).
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local work, far = os.getenv('FIMD_WORK'), os.getenv('FIMD_FAR')
local count = 0

local function pid(name) return vim.trim(table.concat(vim.fn.readfile(work .. '/' .. name .. '.pid'))) end
local function signal(name, which) vim.fn.system({ 'kill', '-' .. which, pid(name) }) end
local function plug(name) vim.fn.system({ 'sh', work .. '/plug-' .. name }) end
local function scenario(name)
  vim.fn.system({ 'curl', '-fs', '-X', 'PUT', '-d', '{"scenario":"' .. name .. '"}', far .. '/control' })
end

-- Another place each time: what was said for one is not asked again. Returns the model whose text it was.
local function ask(what)
  count = count + 1
  local name = 'sum' .. count .. '.c'
  T.keys('<Esc>')
  T.open(name, { 'int sum_' .. count .. '(int a, int b) {', '  return a + b;', '}', '', 'int add_' .. count .. '(int a, int b) {', '  ^', '}' })
  T.insert()
  local good, rows = T.coaxed_row(6, '  return a + b;')
  if what or not good then T.check(what or 'there is ghost text', good, rows) end
  local said = T.explained()
  return said.provider, said
end

-- Asks until that model's text comes again.
local function back(name)
  local who, said
  for _ = 1, 40 do
    who, said = ask()
    if who == name then return true end
    vim.wait(250)
  end
  return false, said
end

T.run(function()
  ask('ghost text with all models there')
  T.check('it comes from the first', back('fast'))

  signal('fast', 'STOP')
  local who = ask('ghost text while the first one hangs')
  T.check('it comes from another', who ~= 'fast', who)
  signal('fast', 'CONT')
  T.check('the first one is used again when it goes on', back('fast'))

  signal('fast', 'KILL')
  who = ask('ghost text when the first one was killed')
  T.check('it comes from another', who ~= 'fast', who)
  plug('fast')
  T.check('the first one is used again when it is back', back('fast'))

  signal('slow', 'KILL')
  ask('ghost text without the slow one')
  scenario('hang')
  ask('ghost text while the one elsewhere says nothing')

  signal('fast', 'KILL')
  who = ask('ghost text without any of them')
  T.check('it comes from the built-in model', who == 'builtin', who)
  scenario('ok')
  plug('slow')
  plug('fast')
  T.check('and all is as it was', back('fast'))
  local told = T.lua([[return vim.fn.execute('messages')]])
  T.check('the user was told of nothing', not told:find('[Ee]rror') and not told:find('fimd'), told)
end)
