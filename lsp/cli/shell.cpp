#include "lsp/cli/shell.h"

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lsp/privacy.h"
#include "lsp/protocol.h"

namespace fimd::lsp::cli {
namespace {

namespace fs = std::filesystem;

bool read_number(std::string_view text, uint32_t& number) {
  const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  return ec == std::errc() && end == text.data() + text.size() && number > 0;
}

Result<std::string> read_text(const std::string& path) {
  std::error_code ec;
  if (!fs::exists(path, ec)) return fail(Error::Code::not_found, path + ": no such file");
  if (!fs::is_regular_file(path, ec)) return fail(Error::Code::io, path + ": not a regular file");
  std::ifstream in(path, std::ios::binary);
  std::stringstream content;
  content << in.rdbuf();
  if (!in) return fail(Error::Code::io, path + ": cannot be read");
  return content.str();
}

}  // namespace

Result<Location> parse_location(const std::string& text) {
  Location at;
  uint32_t last = 0;
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0 || !read_number(std::string_view(text).substr(colon + 1), last)) {
    return fail(Error::Code::bad_input, text + ": not FILE:LINE:COLUMN");
  }
  const size_t before = text.rfind(':', colon - 1);
  uint32_t line = 0;
  if (before != std::string::npos && before > 0 &&
      read_number(std::string_view(text).substr(before + 1, colon - before - 1), line)) {
    return Location{text.substr(0, before), line, last};
  }
  return Location{text.substr(0, colon), last, 1};
}

std::string root_for(const std::string& given, const std::string& file) {
  std::error_code ec;
  if (!given.empty()) return fs::weakly_canonical(given, ec).string();
  const fs::path path = fs::weakly_canonical(file, ec);
  for (fs::path dir = path.parent_path(); dir.has_relative_path(); dir = dir.parent_path()) {
    if (fs::exists(dir / ".git", ec)) return dir.string();
  }
  return path.parent_path().string();
}

int write_page(const std::string& path, const std::string& page) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << page;
  file.close();
  if (!file) return complain({Error::Code::io, path + ": " + std::strerror(errno)});
  std::printf("%s\n", path.c_str());
  return 0;
}

int complain(const Error& error) {
  std::fprintf(stderr, "fimd: %s\n", error.message.c_str());
  return 1;
}

Result<void> Shell::configure(const Common& common, const std::string& root) {
  // Warnings only: the commands say themselves what is wrong, and a log line per request helps nobody here.
  log::configure({.level = log::Level::error, .file = ""});
  for (const auto& p : load_files(configuration, std::span(&root, 1))) {
    std::fprintf(stderr, "fimd: configuration: %s %s (%s)\n", p.path.c_str(), p.what.c_str(), p.source.c_str());
  }
  std::vector<std::string> settings = common.settings;
  if (!common.provider.empty()) {
    settings.push_back("completion.providers=" + nlohmann::json(std::vector{common.provider}).dump());
  }
  for (const auto& setting : settings) {
    for (const auto& p : configuration.set_key(setting)) {
      return fail(Error::Code::bad_input, "configuration: " + p.path + " " + p.what + " (" + p.source + ")");
    }
  }
  daemon.ledger.enable(configuration.now().ledger);
  daemon.ledger.ignore_suggestions();
  daemon.ledger.keep_in(ledger_path());
  return {};
}

Result<std::shared_ptr<Document>> Shell::open(const Location& at, const std::string& root) {
  auto text = read_text(at.file);
  if (!text) return tl::unexpected(text.error());
  std::error_code ec;
  auto document = std::make_shared<Document>();
  document->path = fs::weakly_canonical(at.file, ec).string();
  document->uri = uri_of_path(document->path);
  document->root = document->path.starts_with(root + "/") ? root : "";
  document->relative_path = document->root.empty() ? fs::path(document->path).filename().string()
                                                   : document->path.substr(root.size() + 1);
  document->text = std::make_shared<const context::Text>(context::make_text(
      document->uri, 1, language_for("", document->path), std::move(*text)));
  if (at.line > document->text->lines.size()) {
    return fail(Error::Code::bad_input, at.file + ": has no line " + std::to_string(at.line));
  }
  apply_file_rules(*document, configuration.now());
  document->cursor = context::offset_at(*document->text, {at.line - 1, at.column - 1}, context::Encoding::utf32);
  return document;
}

void Shell::run(const std::function<void(std::function<void()> done)>& begin) {
  // Shared, since what was begun may call `done` again after this has returned: that must not stop what runs then.
  const auto finished = std::make_shared<bool>(false);
  begin([this, finished] {
    if (!std::exchange(*finished, true)) daemon.loop.stop();
  });
  const auto busy = boost::asio::make_work_guard(daemon.loop);
  while (!*finished) {
    daemon.loop.restart();
    daemon.loop.run();
  }
  daemon.loop.restart();
}

void Shell::wait_for_providers() {
  run([&](std::function<void()> done) { daemon.providers.when_probed(configuration.now(), std::move(done)); });
}

void Shell::wait_for_index(const std::string& root) {
  daemon.workspaces.open(root, configuration.now(), {});
  run([&](std::function<void()> done) { daemon.workspaces.when_indexed(root, std::move(done)); });
}

}  // namespace fimd::lsp::cli
