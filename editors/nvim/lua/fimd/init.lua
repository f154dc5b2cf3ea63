-- fimd for Neovim 0.7 and later: starts the server for each ordinary file and shows its ghost text.
--   require("fimd").setup { settings = { completion = { max_lines = 4 } } }
local M = {}

-- What setup() accepts, with its defaults.
local defaults = {
  cmd = nil,             -- the server's command as a list; found by itself when nil
  filetypes = nil,       -- list of file types; nil: every file
  settings = {},         -- fimd's configuration, as in config.json
  accept = '<Tab>',      -- key that takes the ghost text; false: none
  dismiss = '<C-]>',     -- key that hides it; false: none
  wait_ms = 60,          -- pause in typing before a request is sent
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

local function client_config(root)
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  capabilities.textDocument.inlineCompletion = { dynamicRegistration = false }
  return {
    name = 'fimd',
    cmd = options.cmd,
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
    init_options = next(options.settings) and options.settings or nil,
    settings = next(options.settings) and { fimd = options.settings } or nil,
    capabilities = capabilities,
    on_init = function(client)
      -- Neovim 0.12's own inline completion would show the same text a second time.
      if vim.lsp.inline_completion then vim.lsp.inline_completion.enable(false, { client_id = client.id }) end
    end,
    on_attach = function() require('fimd.ghost').ask() end,
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

-- What the key did before, so that a snippet or menu mapping of the user still works when there is no ghost text.
local function earlier_mapping(key)
  local old = vim.fn.maparg(key, 'i', false, true)
  if not next(old) then return function() return key end end
  local function feed(keys)
    keys = vim.api.nvim_replace_termcodes(keys, true, true, true)
    vim.api.nvim_feedkeys(keys, old.noremap == 1 and 'in' or 'im', false)
    return ''
  end
  return function()
    if old.callback and old.expr == 1 then return feed(old.callback() or '') end
    if old.callback then
      vim.schedule(old.callback)
      return ''
    end
    return feed(old.expr == 1 and vim.api.nvim_eval(old.rhs) or old.rhs)
  end
end

-- Tells the server what other tools say of the buffer, so that a model sees the error it may be about to mend.
local function tell_diagnostics(buffer)
  local list = {}
  for _, each in ipairs(vim.api.nvim_buf_is_valid(buffer) and vim.diagnostic.get(buffer) or {}) do
    -- Only lines count: columns are in other units here.
    list[#list + 1] = { message = each.message, range = {
      start = { line = each.lnum, character = 0 }, ['end'] = { line = each.end_lnum or each.lnum, character = 0 } } }
  end
  require('fimd.ghost').notify(buffer, 'fimd/diagnostics', { uri = vim.uri_from_bufnr(buffer), diagnostics = list })
end

local mapped = {}

local function map(key, action, what)
  if not key or mapped[key] then return end
  mapped[key] = true
  local otherwise = earlier_mapping(key)
  vim.keymap.set('i', key, function() return require('fimd.ghost').visible() and action or otherwise() end,
    { expr = true, replace_keycodes = true, desc = 'fimd: ' .. what })
end

function M.setup(wanted)
  vim.g.loaded_fimd = 1
  options = vim.tbl_extend('force', defaults, wanted or {})
  options.cmd = options.cmd or find_command()
  if not options.cmd then
    vim.notify('fimd: program not found; call setup { cmd = { "/path/to/fimd", "--stdio" } }', vim.log.levels.WARN)
    return
  end
  require('fimd.ghost').start(options.wait_ms)
  map(options.accept, '<C-g>u<Cmd>lua require("fimd.ghost").accept()<CR>', 'accept the ghost text')
  map(options.dismiss, '<Cmd>lua require("fimd.ghost").dismiss()<CR>', 'hide the ghost text')
  -- Attached a moment later, when the file type is known: the server is told the language once, on opening.
  local function later(buffer)
    vim.schedule(function()
      if vim.api.nvim_buf_is_valid(buffer) and vim.api.nvim_buf_is_loaded(buffer) then attach(buffer) end
    end)
  end
  local group = vim.api.nvim_create_augroup('fimd', { clear = true })
  vim.api.nvim_create_autocmd('DiagnosticChanged', { group = group, callback = function(event) tell_diagnostics(event.buf) end })
  vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile', 'BufFilePost', 'FileType' },
    { group = group, callback = function(event) later(event.buf) end })
  for _, buffer in ipairs(vim.api.nvim_list_bufs()) do later(buffer) end
end

return M
