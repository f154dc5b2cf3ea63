-- Drives a second Neovim over RPC with real keys and reads its rendered screen, ghost text included.
-- The tests dofile() this; each prints "ok WHAT" or "not ok WHAT" lines.
local T = {}
local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')
local work, log = os.getenv('FIMD_WORK'), os.getenv('FIMD_TAP_LOG')
local child
local deadline = 15000  -- ms until a wait for an event counts as failed

function T.check(what, good, seen)
  local line = (good and 'ok ' or 'not ok ') .. os.getenv('FIMD_LABEL') .. ': ' .. what
  if not good and seen ~= nil then line = line .. '  # ' .. vim.inspect(seen):gsub('%s+', ' ') end
  io.stdout:write(line .. '\n')
  return good
end

function T.call(name, ...) return vim.fn.rpcrequest(child, name, ...) end
function T.lua(code, ...) return T.call('nvim_exec_lua', code, { ... }) end
function T.keys(keys) T.call('nvim_input', keys) end

-- One look at everything at the same moment: screen rows, buffer lines, cursor, mode.
function T.look()
  return T.lua([[
    vim.cmd('redraw')
    local rows = {}
    for y = 1, 16 do
      local row = {}
      for x = 1, vim.o.columns do row[x] = vim.fn.screenstring(y, x) end
      rows[y] = (table.concat(row):gsub('%s+$', ''))
    end
    return { rows = rows, lines = vim.api.nvim_buf_get_lines(0, 0, -1, false),
             cursor = vim.api.nvim_win_get_cursor(0), mode = vim.api.nvim_get_mode().mode }
  ]])
end

-- Waits until `test(look)` holds; returns whether it did, and the last look.
function T.wait(test)
  local look
  local good = vim.wait(deadline, function()
    look = T.look()
    return test(look)
  end, 20)
  return good, look
end

function T.row(number, text)
  local good, look = T.wait(function(look) return look.rows[number] == text end)
  return good, look.rows
end

function T.line(number, text)
  local good, look = T.wait(function(look) return look.lines[number] == text end)
  return good, look.lines
end

-- The messages that passed between editor and server, from the tap.
function T.messages(test)
  local found = {}
  for _, line in ipairs(vim.fn.filereadable(log) == 1 and vim.fn.readfile(log) or {}) do
    local ok, entry = pcall(vim.fn.json_decode, line)  -- the last line may be half written
    if ok and test(entry.message, entry.from) then found[#found + 1] = entry.message end
  end
  return found
end

function T.requests()
  return T.messages(function(message) return message.method == 'textDocument/inlineCompletion' end)
end

-- The answers to those requests, in the order in which they came.
function T.answers()
  local ids = {}
  for _, request in ipairs(T.requests()) do ids[request.id] = true end
  return T.messages(function(message, from) return from == 'server' and message.method == nil and ids[message.id] end)
end

function T.wait_requests(count)
  return vim.wait(deadline, function() return #T.requests() >= count end, 20)
end

-- Answers wait in the tap from hold(true) to hold(false).
function T.hold(on)
  if on then vim.fn.writefile({}, log .. '.hold') else vim.fn.delete(log .. '.hold') end
end

-- Writes a file, opens it and waits until the server has been told; the cursor stands at the mark ^ of the content.
function T.open(name, content)
  local row, col
  for i, line in ipairs(content) do
    local at = line:find('^', 1, true)
    if at then
      row, col = i, at - 1
      content[i] = line:sub(1, at - 1) .. line:sub(at + 1)
    end
  end
  local path = work .. '/project/' .. name
  vim.fn.mkdir(vim.fn.fnamemodify(path, ':h'), 'p')
  vim.fn.writefile(content, path)
  T.call('nvim_command', 'edit! ' .. path)
  local told = vim.wait(deadline, function()
    return #T.messages(function(message)
      return message.method == 'textDocument/didOpen' and message.params.textDocument.uri:sub(-#name) == name
    end) > 0
  end, 20)
  if not T.check('the server is told of ' .. name, told) then error('no server', 0) end
  T.lua('vim.api.nvim_win_set_cursor(0, { ... })', row, col)
  return path
end

-- Waits for ghost text in a row, typing and taking back a blank whenever a request brought none: a process that has
-- just started may not know its model yet, and what comes too late for one request is kept for the next.
function T.coaxed_row(number, text)
  local answered = 0
  local good, look = T.wait(function(look)
    if look.rows[number] == text then return true end
    local answers = T.answers()
    if #answers > answered then
      answered = #answers
      T.keys('<Space><BS>')
    end
  end)
  return good, look.rows
end

-- Starts insert mode at the cursor: "a" behind the last character of a line, "i" elsewhere.
function T.insert()
  local look = T.look()
  local line = look.lines[look.cursor[1]]
  T.keys(#line > 0 and look.cursor[2] >= #line - 1 and 'A' or 'i')
end

-- What fimd says of the last suggestion in the buffer.
function T.explained()
  return T.lua([[
    local client = vim.lsp.get_clients({ name = 'fimd' })[1]
    local answer = client:request_sync('fimd/explain', { uri = vim.uri_from_bufnr(0) }, 5000, 0)
    return answer and answer.result or {}
  ]])
end

function T.run(body)
  local ok, problem = pcall(function()
    local arguments = { '--clean', '-u', here .. '/init.lua' }
    if os.getenv('FIMD_CLIENT') == 'package' then arguments = { '-n' } end  -- as the user has it, without swap files
    child = vim.fn.jobstart(vim.list_extend({ vim.v.progpath, '--embed', '--headless' }, arguments), { rpc = true })
    body(T)
  end)
  if not ok then T.check('the test ran to its end', false, problem) end
  if child then
    T.hold(false)
    pcall(vim.fn.rpcnotify, child, 'nvim_command', 'qall!')
    if vim.fn.jobwait({ child }, deadline)[1] == -1 then vim.fn.jobstop(child) end
  end
  vim.cmd('qall!')
end

return T
