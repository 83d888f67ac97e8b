-- harden in Neovim 0.7 to 0.10. Put it into ~/.config/nvim/lua/harden.lua and `require("harden")` in init.lua.
local command = vim.g.harden_command or { "harden", "lsp" }
local group = vim.api.nvim_create_augroup("harden", { clear = true })

local function root_of(name)
  local folder = vim.fn.fnamemodify(name, ":p:h")
  local git = vim.fn.finddir(".git", vim.fn.escape(folder, " ,;") .. ";")
  return git ~= "" and vim.fn.fnamemodify(git, ":p:h:h") or folder
end

local clients = {} -- one server for each root

local function attach(buffer)
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  local known = clients[root]
  if not known or not vim.lsp.get_client_by_id(known) then
    clients[root] = vim.lsp.start_client({ name = "harden", cmd = command, root_dir = root })
  end
  if clients[root] then
    vim.lsp.buf_attach_client(buffer, clients[root])
  end
end

vim.api.nvim_create_autocmd("FileType", {
  group = group,
  pattern = "dockerfile",
  callback = function(event) attach(event.buf) end,
})

-- compose files, bake files and those of dev containers: problems and quick fixes, no formatting
vim.api.nvim_create_autocmd({ "BufReadPost", "BufNewFile" }, {
  group = group,
  pattern = {
    "compose*.yaml", "compose*.yml", "docker-compose*.yaml", "docker-compose*.yml", "devcontainer.json",
    ".devcontainer.json", "docker-bake*.hcl", "docker-bake*.json",
  },
  callback = function(event) attach(event.buf) end,
})

-- YAML files that are Kubernetes manifests
vim.api.nvim_create_autocmd("BufReadPost", {
  group = group,
  pattern = { "*.yaml", "*.yml" },
  callback = function(event)
    for _, line in ipairs(vim.api.nvim_buf_get_lines(event.buf, 0, 200, false)) do
      if line:find("^apiVersion:") then return attach(event.buf) end
    end
  end,
})

-- the safe changes on save; take this out to format by hand
vim.api.nvim_create_autocmd("BufWritePre", {
  group = group,
  pattern = "*",
  callback = function(event)
    if vim.bo[event.buf].filetype ~= "dockerfile" then return end
    local id = clients[root_of(vim.api.nvim_buf_get_name(event.buf))]
    local client = id and vim.lsp.get_client_by_id(id)
    if not client or not vim.wait(2000, function() return client.initialized end, 20) then return end
    local params = vim.lsp.util.make_formatting_params({})
    local answer = client.request_sync("textDocument/formatting", params, 2000, event.buf)
    if answer and answer.result then
      vim.lsp.util.apply_text_edits(answer.result, event.buf, client.offset_encoding)
    end
  end,
})
