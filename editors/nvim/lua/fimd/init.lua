-- fimd for Neovim 0.7 and later: starts the server for each ordinary file and shows its ghost text. :help fimd
--   require("fimd").setup { settings = { completion = { max_lines = 4 } } }
local clients = require('fimd.clients')
local status = require('fimd.status')
local M = {}

-- What setup() accepts, with its defaults.
local defaults = {
  cmd = nil,                   -- the server's command as a list; found by itself when nil
  filetypes = nil,             -- list of file types; nil: every file
  settings = {},               -- fimd's configuration, as in config.json
  native = false,              -- draw with Neovim's own inline completion (0.12 and later)
  wait_ms = 60,                -- pause in typing before a request is sent (Neovim's own client: always 200)
  -- Keys of insert mode; false: none.
  accept = '<Tab>',            -- take the ghost text
  accept_word = '<M-Right>',   -- take its next word
  accept_line = '<M-Down>',    -- take the rest of its line
  next = '<M-]>',              -- show another candidate; ask for one when nothing is shown
  previous = '<M-[>',
  dismiss = '<C-]>',           -- hide it
}
local options = defaults

-- Beside an installed plugin (PREFIX/share/fimd/nvim) stands PREFIX/bin/fimd, beside a source tree its build.
local function find_command()
  local here = vim.fn.resolve(debug.getinfo(1, 'S').source:sub(2))
  local top = vim.fn.fnamemodify(here, ':p:h:h:h')
  for _, path in ipairs({ top .. '/../../../bin/fimd', top .. '/../../build/fimd', vim.fn.exepath('fimd') }) do
    if vim.fn.executable(path) == 1 then return { vim.fn.fnamemodify(path, ':p'), '--stdio' } end
  end
end

local function root_of(file)
  local dir = vim.fn.fnamemodify(file, ':p:h')
  local at, up = dir, nil
  while at ~= up do
    if vim.loop.fs_stat(at .. '/.git') or vim.loop.fs_stat(at .. '/.fimd') then return at end
    at, up = vim.fn.fnamemodify(at, ':h'), at
  end
  return dir
end

local function view() return require(options.native and 'fimd.native' or 'fimd.ghost') end

local function on_init(client)
  -- Otherwise the same text would be shown a second time.
  if vim.lsp.inline_completion then vim.lsp.inline_completion.enable(options.native, { client_id = client.id }) end
  clients.on_request(client, function(arguments, at)
    clients.add_diagnostics(arguments, at)
    if options.native then require('fimd.native').guard(arguments, at) end
  end)
end

-- "Rewrite..." of the code actions: what is wanted is asked here, and the server is told with the order it had given.
local function rewrite(command, context)
  local order = (command.arguments or {})[1]
  vim.ui.input({ prompt = 'Rewrite: ' }, function(words)
    if not order or not words or words == '' then return end
    local client = vim.lsp.get_client_by_id(context.client_id)
    if not client then return end
    clients.call(client, 'request', 'workspace/executeCommand',
      { command = 'fimd.fix', arguments = { vim.tbl_extend('force', order, { message = words, title = 'Rewrite: ' .. words }) } },
      function() end, context.bufnr)
  end)
end

local function client_config(root)
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  capabilities.textDocument.inlineCompletion = { dynamicRegistration = false }
  capabilities.experimental = { fimdStatus = true, fimdRewrite = true }
  return {
    name = 'fimd',
    cmd = options.cmd,
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
    init_options = next(options.settings) and options.settings or nil,
    settings = next(options.settings) and { fimd = options.settings } or nil,
    capabilities = capabilities,
    handlers = status.handlers,
    on_init = on_init,
    on_attach = function(_, buffer) view().attached(buffer) end,
    on_exit = function(_, _, id) status.forget(id) end,
  }
end

local started = {}  -- Neovim 0.7 has no vim.lsp.start, which keeps one client per root by itself

local function attach(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  if name == '' or name:find('^%a[%w+.-]*://') or vim.bo[buffer].buftype ~= '' then return end
  if options.filetypes and not vim.tbl_contains(options.filetypes, vim.bo[buffer].filetype) then return end
  local root = root_of(name)
  if vim.lsp.start then
    vim.lsp.start(client_config(root), { bufnr = buffer })
    return
  end
  local id = started[root]
  if not id or not vim.lsp.get_client_by_id(id) then
    id = vim.lsp.start_client(client_config(root))
    started[root] = id
  end
  if id then vim.lsp.buf_attach_client(buffer, id) end
end

-- Attached a moment later, when the file type is known: the server is told the language once, on opening.
local function attach_later(buffer)
  vim.schedule(function()
    if vim.api.nvim_buf_is_valid(buffer) and vim.api.nvim_buf_is_loaded(buffer) then attach(buffer) end
  end)
end

-- Tells the server what other tools say of the buffer, so that a model sees the error it may be about to mend.
local function tell_diagnostics(buffer)
  local list = {}
  for _, each in ipairs(vim.api.nvim_buf_is_valid(buffer) and vim.diagnostic.get(buffer) or {}) do
    -- Only lines count: columns are in other units here.
    list[#list + 1] = { message = each.message, range = {
      start = { line = each.lnum, character = 0 }, ['end'] = { line = each.end_lnum or each.lnum, character = 0 } } }
  end
  clients.notify(buffer, 'fimd/diagnostics', { uri = vim.uri_from_bufnr(buffer), diagnostics = list })
end

-- For mappings of the user's own.
function M.visible() return view().visible() end
function M.accept() view().accept() end
function M.accept_word() view().accept(require('fimd.parts').word) end
function M.accept_line() view().accept(require('fimd.parts').line) end
function M.next() view().cycle(1) end
function M.previous() view().cycle(-1) end
function M.dismiss() view().dismiss() end
M.statusline = status.line

-- The options in force.
function M.options() return options end

-- Ends the servers and starts them again for the open files; one that does not end by itself is killed.
function M.restart()
  for _, client in ipairs(clients.list()) do clients.call(client, 'stop') end
  if not vim.wait(3000, function() return #clients.list() == 0 end, 20) then
    for _, client in ipairs(clients.list()) do clients.call(client, 'stop', true) end
    vim.wait(1000, function() return #clients.list() == 0 end, 20)
  end
  started = {}
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do attach_later(buffer) end
end

function M.setup(wanted)
  vim.g.loaded_fimd = 1
  options = vim.tbl_extend('force', defaults, wanted or {})
  options.cmd = options.cmd or find_command()
  if options.native and not vim.lsp.inline_completion then
    options.native = false
    vim.notify('fimd: native = true needs Neovim 0.12; the plugin draws by itself', vim.log.levels.WARN)
  end
  require('fimd.commands').create()
  vim.lsp.commands['fimd.rewrite'] = rewrite
  if not options.cmd then
    vim.notify('fimd: program not found; call setup { cmd = { "/path/to/fimd", "--stdio" } }', vim.log.levels.WARN)
    return
  end
  vim.cmd('highlight default link FimdGhost Comment')
  vim.cmd('highlight default link FimdHint NonText')
  view().start(options.wait_ms)
  require('fimd.keys').map(options)
  local group = vim.api.nvim_create_augroup('fimd', { clear = true })
  vim.api.nvim_create_autocmd('DiagnosticChanged',
    { group = group, callback = function(event) tell_diagnostics(event.buf) end })
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile', 'BufFilePost', 'FileType' },
    { group = group, callback = function(event) attach_later(event.buf) end })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do attach_later(buffer) end
end

return M
