local json = require("dkjson")
require "luarocks.loader"

local M = {}
local LIMIT = 10

-- A stack of things.
local Stack = {}
Stack.__index = Stack

--- Makes a stack.
function Stack.new(size)
  local self = setmetatable({}, Stack)
  self.size = size or LIMIT
  return self
end

function Stack:push(item)
  local place = #self + 1
  self[place] = item
  return self
end

M.open = function(path)
  local handle = io.open(path)
  return json.decode(handle:read("a"))
end

local function helper(a, b) return a .. b end

function global_one() return helper(1, 2) end

return M
