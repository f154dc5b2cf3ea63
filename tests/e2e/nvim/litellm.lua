-- Ghost text of a llama-server behind a proxy, which is killed and started again (litellm.sh).
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local work = os.getenv('FIMD_WORK')
local count = 0

-- Another place each time: what was said for one is not asked again. Returns the model whose text it was.
local function ask(what)
  count = count + 1
  T.keys('<Esc>')
  T.open('sum' .. count .. '.c', { 'int sum_' .. count .. '(int a, int b) {', '  return a + b;', '}', '',
    'int add_' .. count .. '(int a, int b) {', '  ^', '}' })
  T.insert()
  local good, rows = T.coaxed_row(6, '  return a + b;')
  if what or not good then T.check(what or 'there is ghost text', good, rows) end
  return T.explained().provider
end

local function back()
  for _ = 1, 40 do
    if ask() == 'gate' then return true end
    vim.wait(250)
  end
  return false
end

T.run(function()
  ask('ghost text comes through the proxy')
  T.check('it is the model\'s', back(), T.explained())
  vim.fn.system({ 'kill', '-KILL', vim.trim(table.concat(vim.fn.readfile(work .. '/back.pid'))) })
  local who = ask('ghost text when the server behind the proxy was killed')
  T.check('it comes from the built-in model', who == 'builtin', who)
  vim.fn.system({ 'sh', work .. '/plug-back' })
  T.check('the model is used again when its server is back', back(), T.explained())
  local told = T.lua([[return vim.fn.execute('messages')]])
  T.check('the user was told of nothing', not told:find('[Ee]rror') and not told:find('fimd'), told)
end)
