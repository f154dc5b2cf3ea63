local Stack = {}
Stack.__index = Stack

--- Makes an empty stack.
function Stack.new(limit)
  return setmetatable({ items = {}, limit = limit or math.huge }, Stack)
end

function Stack:push(item)
  if #self.items >= self.limit then
    error(("full: %d"):format(self.limit))
  end
  self.items[#self.items + 1] = item
end

local function each(t, f)
  for i, v in ipairs(t) do
    if not f(i, v) then goto done end
  end
  ::done::
end

--[[ Longer text
over two lines. ]]
each({ 1, "two", [[three]] }, function(_, v) print(v) return true end)
repeat local x = io.read() until x == nil

return Stack
