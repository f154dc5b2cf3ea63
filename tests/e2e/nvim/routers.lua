-- Ghost text from two servers behind one address (routers.sh), told apart by what they say.
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local work = os.getenv('FIMD_WORK')
local says = { one = '  return a + b;', two = '  return b + a;' }
local count = 0

local function pid(name) return vim.trim(table.concat(vim.fn.readfile(work .. '/' .. name .. '.pid'))) end

-- The server that answers at a new place, or nil.
local function who()
  count = count + 1
  local name = 'add' .. count .. '.c'
  T.keys('<Esc>')
  T.open(name, { 'int add_' .. count .. '(int a, int b) {', '  ^', '}' })
  T.insert()
  local found
  for _ = 1, 8 do
    vim.wait(2500, function()
      local row = T.look().rows[2]
      for server, text in pairs(says) do if row == text then found = server end end
      return found ~= nil
    end, 20)
    if found then return found end
    T.keys('<Space><BS>')
  end
end

local function until_it_is(server)
  for _ = 1, 20 do
    if who() == server then return true end
    vim.wait(300)
  end
  return false
end

T.run(function()
  local mine = who()
  T.check('ghost text comes through the router', mine ~= nil, T.look().rows)
  local same = true
  for _ = 1, 5 do same = who() == mine and same end
  T.check('one workspace meets the same server at every place', same)
  local other = mine == 'one' and 'two' or 'one'
  vim.fn.system({ 'kill', '-KILL', pid(mine) })
  T.check('when that is killed the other one answers', until_it_is(other))
  vim.fn.system({ 'sh', work .. '/plug-' .. mine })
  T.check('when it is back it is met again', until_it_is(mine))
  local told = T.lua([[return vim.fn.execute('messages')]])
  T.check('the user was told of nothing', not told:find('[Ee]rror') and not told:find('fimd'), told)
end)
