#include "lsp/privacy.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "context/ai_ignore.h"
#include "context/ignore.h"
#include "context/log.h"
#include "lsp/folders.h"

namespace fimd::lsp {
namespace {

using context::Case;
using context::Globs;
using context::RedactionKey;

Globs excluded(const Config& config) {
  return Globs(std::span<const std::string>(config.exclude), Case::ignored);
}

// Reads the key; false when there is none or others could have read it.
bool read_key(const std::string& path, RedactionKey& key) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return false;
  struct stat st {};
  const bool safe = ::fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0 && st.st_uid == ::getuid();
  const bool whole = safe && ::read(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size());
  ::close(fd);
  return whole;
}

bool write_key(const std::string& folder, const std::string& path, const RedactionKey& key) {
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  // Written aside and linked, so that of two processes one wins and neither reads half a key.
  const std::string aside = path + "." + std::to_string(::getpid());
  const int fd = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  const bool whole = ::write(fd, key.data(), key.size()) == static_cast<ssize_t>(key.size());
  ::close(fd);
  const bool placed = whole && ::link(aside.c_str(), path.c_str()) == 0;
  ::unlink(aside.c_str());
  return placed;
}

}  // namespace

void apply_file_rules(Document& document, const Config& config) {
  // The defaults also look at the whole path, and at where a link leads: the folder may say what the name does not.
  const Globs own = excluded(config), none;
  std::error_code ec;
  const std::string real = document.path.empty() ? "" : std::filesystem::weakly_canonical(document.path, ec).string();
  const std::string root =
      document.root.empty() ? std::filesystem::path(document.path).parent_path().string() : document.root;
  const std::string ai =
      document.path.empty() ? "" : context::ai_ignored_by(context::DiskFiles(), root, document.relative_path);
  document.local_only_why.clear();
  if (context::is_private(document.relative_path, own) || context::is_private(document.path, none) ||
      context::is_private(real, none)) {
    document.local_only_why = "the file may hold secrets (privacy.exclude)";
  } else if (!ai.empty()) {
    document.local_only_why = ai + " keeps it from models elsewhere";
  }
  document.local_only = !document.local_only_why.empty();
  document.disabled = Globs(config.completion.disabled_globs).match(document.relative_path);
}

void refresh_file_rules(Document& document, const Config& config, TimePoint now) {
  if (now - document.rules_at < kRulesAge && document.rules_at != TimePoint{}) return;
  document.rules_at = now;
  apply_file_rules(document, config);
}

RedactionKey redaction_key(const std::string& folder) {
  const std::string path = folder + "/redaction.key";
  RedactionKey key{}, fresh{};
  if (!folder.empty() && read_key(path, key)) return key;
  if (::getrandom(fresh.data(), fresh.size(), 0) != static_cast<ssize_t>(fresh.size()))
    log::error("no random bytes for the redaction key");
  if (!folder.empty() && !write_key(folder, path, fresh) && read_key(path, key))
    return key;  // another process was faster
  return fresh;
}

std::shared_ptr<const providers::PrivacyRules> privacy_rules(const Config& config, const std::string& root,
                                                             std::span<const ProviderPtr> providers) {
  static const RedactionKey kMachine = redaction_key(state_folder());
  auto rules = std::make_shared<providers::PrivacyRules>();
  rules->secrets = config.secrets;
  rules->exclude = excluded(config);
  rules->key = context::derive_key(kMachine, root);
  for (const auto& provider : config.providers) rules->own_keys.push_back(provider.api_key);
  for (const auto& provider : providers) rules->own_keys.push_back(provider->config.api_key);
  return rules;
}

}  // namespace fimd::lsp
