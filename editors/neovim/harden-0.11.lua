-- harden in Neovim 0.11 and later. Put it into ~/.config/nvim/lua/harden.lua and `require("harden")` in init.lua.

-- compose files, bake files, those of dev containers, and the YAML files that are Kubernetes manifests: problems and
-- quick fixes, no formatting
local function is_ours(buffer)
  if vim.bo[buffer].filetype == "dockerfile" then return true end
  local name = vim.fs.basename(vim.api.nvim_buf_get_name(buffer)):lower()
  local is_yaml = name:find("%.ya?ml$") ~= nil
  if is_yaml and (name:find("^compose[._-]") or name:find("^docker%-compose[._-]")) then return true end
  if name:find("^%.?devcontainer%.json$") or name:find("^docker%-bake.*%.hcl$") or name:find("^docker%-bake.*%.json$") then
    return true
  end
  local lines = is_yaml and vim.api.nvim_buf_get_lines(buffer, 0, 200, false) or {}
  return vim.iter(lines):any(function(line) return line:find("^apiVersion:") ~= nil end)
end

vim.lsp.config("harden", {
  cmd = { "harden", "lsp" },
  filetypes = { "dockerfile", "yaml", "yaml.docker-compose", "json", "jsonc", "hcl" },
  root_dir = function(buffer, on_dir)
    if not is_ours(buffer) then return end
    local name = vim.api.nvim_buf_get_name(buffer)
    on_dir(vim.fs.root(buffer, { "harden.toml", ".harden.toml", ".git" }) or vim.fs.dirname(name))
  end,
  settings = { harden = {} },
})
vim.lsp.enable("harden")

-- the safe changes on save; take this out to format by hand
vim.api.nvim_create_autocmd("BufWritePre", {
  group = vim.api.nvim_create_augroup("harden", { clear = true }),
  callback = function(event)
    if vim.bo[event.buf].filetype == "dockerfile" then
      vim.lsp.buf.format({ bufnr = event.buf, name = "harden", timeout_ms = 2000 })
    end
  end,
})
