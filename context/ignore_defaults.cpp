// The lists of paths that are private, that are key material, and that are noise.
#include <algorithm>
#include <array>

#include "context/ignore.h"

namespace fimd::context {
namespace {

// clang-format off
constexpr auto kPrivate = std::to_array<std::string_view>({
    // Environment files: values by design.
    ".env", ".env.*", "*.env", ".envrc", ".dev.vars*", ".flaskenv", "!.env.example", "!.env.sample", "!.env.template",
    "!.env.dist", "!.env.defaults",
    // Key material.
    "*.pem", "*.key", "*.p12", "*.pfx", "*.p8", "*.pk8", "*.jks", "*.jceks", "*.keystore", "*.bks", "*.truststore",
    "*.ppk", "*.kdb", "*.kdbx", "*.agekey", "*.gpg", "*.pgp", "*.snk", "*.ovpn", "*.mobileprovision", "id_rsa*",
    "id_dsa*", "id_ecdsa*", "id_ed25519*", "!id_*.pub", "ssh_host_*_key", ".ssh/", ".gnupg/", "**/wireguard/*.conf",
    "wg[0-9].conf", "*.cert", "*.crt", "*.cer", "*.der",
    // Credentials of tools.
    ".aws/", ".azure/", "**/.config/gcloud/", ".gcp/", "application_default_credentials.json",
    "*service[-_]account*.json", "*serviceaccount*.json", "*firebase-adminsdk*.json", ".kube/", "*.kubeconfig",
    "**/.docker/config.json", ".dockercfg", ".dockerconfigjson", ".netrc", "_netrc", ".pgpass", "pgpass.conf",
    ".my.cnf", ".mylogin.cnf", ".git-credentials", ".npmrc", ".yarnrc.yml", ".pypirc", "**/.gem/credentials",
    "**/.cargo/credentials*", "**/.m2/settings.xml", "settings-security.xml", "**/.gradle/gradle.properties",
    ".terraform/", "*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", ".terraformrc", "terraform.rc",
    "credentials.tfrc.json", ".vault-token", ".vault_pass*", ".boto", ".s3cfg", "rclone.conf", ".htpasswd",
    ".htdigest", ".wgetrc", ".curlrc", ".ftpconfig", "sftp-config.json", "**/.vscode/sftp.json", ".msmtprc",
    ".authinfo*", ".fetchmailrc", "**/.subversion/auth/", "**/.config/gh/hosts.yml", "**/.config/hub",
    "**/.config/glab-cli/", "**/.config/op/", ".password-store/", ".edgerc", ".databrickscfg", "**/.dbt/profiles.yml",
    ".snowflake/",
    // Secrets of applications.
    "secrets.yml", "secrets.yaml", "secrets.json", "secrets.toml", "secrets.ini", "secrets.xml", "*.secret",
    "*.secrets", ".secrets/", "**/.streamlit/secrets.toml", "credentials.json", "credentials.yml", "credentials.yaml",
    "credentials.xml", "client_secret*.json", "token.json", "*.token", "auth.json", "**/config/master.key",
    "**/config/credentials/*.key", "wp-config.php", "local_settings.py", "appsettings.Development.json",
    "appsettings.Local.json", "local.settings.json", "google-services.json", "GoogleService-Info.plist",
    "keystore.properties", "key.properties", "local.properties", "signing.properties", "docker-compose.override.yml",
    "docker-compose.override.yaml", ".vercel/", ".supabase/", ".wrangler/",
    // Histories, captures, dumps.
    ".*_history", ".viminfo", ".lesshst", "*.log", "*.har", "*.pcap", "*.pcapng", "*.dmp", "*.heapsnapshot",
    "*.hprof", "*.sqlite", "*.sqlite3", "*.db", "*.mdb", "*.bak.sql",
    // Wallets.
    "wallet.dat", "*.wallet", "**/keystore/UTC--*",
    // Configuration of assistants.
    ".fimd/", "**/.config/fimd/", "mcp.json", ".mcp.json", "**/.cursor/mcp.json", "**/.codex/auth.json",
    "**/.claude/settings.local.json", ".claude.json", ".aider.conf.yml", "**/.continue/config.*",
    "**/.gemini/settings.json",
    // Repository internals: remote addresses and hooks hold tokens.
    "**/.git/*", "!**/.git/COMMIT_EDITMSG", "!**/.git/MERGE_MSG", "!**/.git/rebase-merge/", "**/.git/rebase-merge/*",
    "!**/.git/rebase-merge/git-rebase-todo", ".hg/", ".svn/",
});

constexpr auto kKeys = std::to_array<std::string_view>({
    "*.pem", "*.key", "*.p12", "*.pfx", "*.p8", "*.pk8", "*.jks", "*.jceks", "*.keystore", "*.bks", "*.truststore",
    "*.ppk", "*.kdb", "*.kdbx", "*.agekey", "*.gpg", "*.pgp", "*.snk", "*.ovpn", "*.mobileprovision", "id_rsa*",
    "id_dsa*", "id_ecdsa*", "id_ed25519*", "!id_*.pub", "ssh_host_*_key", ".ssh/", ".gnupg/", "**/wireguard/*.conf",
    "wg[0-9].conf", "*.cert", "*.crt", "*.cer", "*.der",
});

constexpr auto kNoise = std::to_array<std::string_view>({
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock*", "Cargo.lock",
    "poetry.lock", "Pipfile.lock", "uv.lock", "composer.lock", "Gemfile.lock", "go.sum", "flake.lock", "*.min.js",
    "*.min.css", "*.bundle.js", "*.map", "node_modules/", "bower_components/", "vendor/", "third_party/", "dist/",
    "build/", "target/", ".venv/", "venv/", "__pycache__/", ".tox/", ".mypy_cache/", ".pytest_cache/", ".gradle/",
    ".next/", ".nuxt/", "*.png", "*.jpg", "*.jpeg", "*.gif", "*.webp", "*.ico", "*.bmp", "*.svg", "*.pdf", "*.ttf",
    "*.otf", "*.woff", "*.woff2", "*.mp3", "*.mp4", "*.wav", "*.ogg", "*.webm", "*.zip", "*.gz", "*.bz2", "*.xz",
    "*.zst", "*.7z", "*.tar", "*.jar", "*.war", "*.class", "*.o", "*.a", "*.so", "*.dylib", "*.dll", "*.exe", "*.pyc",
    "*.wasm", "*.onnx", "*.gguf", "*.bin",
});

constexpr auto kPrivateNames = std::to_array<std::string_view>({
    "credentials", "kubeconfig", "secrets", "passwd", "shadow"});
constexpr auto kDataEndings = std::to_array<std::string_view>({
    ".json", ".yml", ".yaml", ".toml", ".ini", ".env", ".txt", ".xml", ".properties", ".conf"});
// clang-format on

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

// The rules that patterns cannot say: a file named "credentials" (a directory of that name is a package), and data in a
// directory named "secrets" or "private" (source there is ordinary).
bool is_private_by_name(std::string_view path) {
  const std::string all = lower_case(path);
  const std::string_view view(all);
  const size_t slash = view.rfind('/');
  const std::string_view name = slash == std::string_view::npos ? view : view.substr(slash + 1);
  if (std::find(kPrivateNames.begin(), kPrivateNames.end(), name) != kPrivateNames.end()) return true;
  const size_t dot = name.rfind('.');
  const bool data = dot == std::string_view::npos || std::any_of(kDataEndings.begin(), kDataEndings.end(),
                                                                 [&](std::string_view e) { return name.ends_with(e); });
  if (!data || slash == std::string_view::npos) return false;
  const std::string_view directory = view.substr(0, slash);
  const size_t above = directory.rfind('/');
  const std::string_view parent = above == std::string_view::npos ? directory : directory.substr(above + 1);
  return parent == "secrets" || parent == "private";
}

}  // namespace

std::span<const std::string_view> default_privacy_globs() {
  return kPrivate;
}
std::span<const std::string_view> noise_globs() {
  return kNoise;
}

bool is_private(std::string_view path, const Globs& more) {
  static const Globs kDefaults(std::span<const std::string_view>(kPrivate), Case::ignored);
  return kDefaults.match(path) || is_private_by_name(path) || more.match(path);
}

bool is_key_material(std::string_view path) {
  static const Globs kMaterial(std::span<const std::string_view>(kKeys), Case::ignored);
  return kMaterial.match(path);
}

}  // namespace fimd::context
