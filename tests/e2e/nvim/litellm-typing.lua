-- What typing on and streams that break off come to behind a proxy (litellm.sh), with the scripted model server.
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local work, spy = os.getenv('FIMD_WORK'), os.getenv('FIMD_SPY')
local count = 0

local function scenario(name)
  vim.fn.system({ 'curl', '-fs', '-X', 'PUT', '-d', '{"scenario":"' .. name .. '"}', spy .. '/control' })
end

-- How often that has happened at the model server.
local function seen(event)
  local n = 0
  for _, line in ipairs(vim.fn.readfile(work .. '/spy.jsonl')) do
    if line:find('"event": "' .. event .. '"', 1, true) then n = n + 1 end
  end
  return n
end

local function place()
  count = count + 1
  T.keys('<Esc>')
  T.open('twice' .. count .. '.c', { 'int once_' .. count .. '(int a, int b) {', '  return a * b;', '}', '',
    'int twice_' .. count .. '(int a, int b) {', '  ^', '}' })
  T.insert()
end

-- Asks at new places until it is, or is no longer, this provider whose text it was.
local function until_by(provider, is)
  local by
  for _ = 1, 40 do
    place()
    T.coaxed_row(6, '  return a * b;')
    by = T.explained().provider
    if (by == provider) == is then return true, by end
    vim.wait(250)
  end
  return false, by
end

T.run(function()
  T.check('ghost text of the scripted model', until_by('gate', true), T.explained())
  scenario('hang-middle')
  local tokens, gone = seen('token'), seen('disconnect')
  place()
  T.check('a request hangs in the middle of its text', vim.wait(15000, function() return seen('token') > tokens end, 50))
  T.check('it is waited for', seen('disconnect') == gone)
  T.keys('zz')
  -- Shorter than a request is waited for at most, so that nothing else can have ended it.
  T.check('it is ended behind the proxy when something else is typed', vim.wait(8000, function() return seen('disconnect') > gone end, 50))
  scenario('reset-middle')
  T.check('other text comes when streams break off', until_by('gate', false), T.explained())
  scenario('ok')
  T.check('the model is asked again when they do no more', until_by('gate', true), T.explained())
end)
