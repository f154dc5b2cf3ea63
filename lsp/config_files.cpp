// The files of a configuration: the user's, those of workspaces, and the list of folders that are trusted.
#include "lsp/config_files.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "lsp/config_rules.h"
#include "lsp/experiments.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::string config_home() {
  if (const char* home = std::getenv("XDG_CONFIG_HOME"); home && *home) return std::string(home) + "/fimd";
  if (const char* home = std::getenv("HOME"); home && *home) return std::string(home) + "/.config/fimd";
  return "";
}

// Empty when there is no home folder.
std::string trusted_path() {
  const std::string path = user_config_path();
  return path.empty() ? "" : (fs::path(path).parent_path() / "trusted").string();
}

// A configuration file's value, an empty object when there is no file; nullopt, with a problem, when it cannot be used.
std::optional<json> read_config_file(const std::string& path, const std::string& source,
                                     std::vector<ConfigProblem>& problems) {
  const auto text = read_small_file(path);
  if (!text && text.error().code == Error::Code::not_found) return json::object();
  auto value = text ? parse_config_text(*text) : Result<json>(tl::unexpected(text.error()));
  if (value) {
    if (value->is_object() && value->size() == 1 && value->contains("fimd") && (*value)["fimd"].is_object()) {
      return json((*value)["fimd"]);
    }
    return std::move(*value);
  }
  problems.push_back({"", source, value.error().message, true});
  return std::nullopt;
}

// Programs of MCP servers run outside of the jail: not even a trusted project may name them. True: it had.
bool drop_mcp(json& value) {
  if (!value.is_object()) return false;
  bool had = value.erase("mcp") > 0;
  const auto experiments = value.find("experiments");
  if (experiments == value.end() || !experiments->is_array()) return had;
  for (json& each : *experiments) {
    if (each.is_object() && each.contains("override") && each["override"].is_object())
      had = each["override"].erase("mcp") > 0 || had;
  }
  return had;
}

}  // namespace

Result<std::string> read_small_file(const std::string& path) {
  std::error_code ec;
  const auto status = fs::status(path, ec);
  if (!fs::exists(status)) return fail(Error::Code::not_found, path + ": no such file");
  if (!fs::is_regular_file(status)) return fail(Error::Code::io, path + ": not a regular file");
  if (fs::file_size(path, ec) > (4u << 20)) return fail(Error::Code::io, path + ": larger than 4 MiB");
  std::ifstream in(path, std::ios::binary);
  std::stringstream content;
  content << in.rdbuf();
  if (!in) return fail(Error::Code::io, path + ": cannot be read");
  return content.str();
}

std::vector<ConfigProblem> load_files(Configuration& configuration, std::span<const std::string> roots) {
  std::error_code ec;
  std::vector<ConfigProblem> problems =
      configuration.place(roots.empty() ? "" : fs::weakly_canonical(roots.front(), ec).string(), today());
  if (const std::string path = user_config_path(); !path.empty()) {
    const std::string source = "user file " + path;
    if (auto value = read_config_file(path, source, problems))
      append(problems, configuration.set(Layer::user, std::move(*value), source));
  }
  json outer = configuration.below(Layer::workspace);
  json workspace = json::object();
  std::string source = "workspace file";
  for (const std::string& root : roots) {
    const std::string path = root + "/.fimd/config.json";
    const std::string own = "workspace file " + path;
    auto value = read_config_file(path, own, problems);
    if (!value) return problems;
    if (value->is_object() && value->empty()) continue;
    if (!is_trusted(root)) {
      auto checked = check_config(*value, own);
      if (any_fatal(checked)) {
        append(problems, std::move(checked));
        return problems;
      }
      *value = narrowed(*value, outer, own, problems);
    } else if (drop_mcp(*value)) {
      problems.push_back({"mcp", own, "may not be set by a workspace file", false});
    }
    merge_config(outer, *value);
    merge_config(workspace, *value);
    source = own;
  }
  append(problems, configuration.set(Layer::workspace, std::move(workspace), std::move(source)));
  return problems;
}

std::string config_stamp(std::span<const std::string> roots) {
  std::string out;
  const auto add = [&](const std::string& path) {
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) st = {};
    out += fmt::format("{}:{}:{}:{};", st.st_ino, st.st_size, st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
  };
  add(user_config_path());
  add(config_home() + "/trusted");
  for (const std::string& root : roots) add(root + "/.fimd/config.json");
  return out;
}

std::string user_config_path() {
  const std::string home = config_home();
  return home.empty() ? "" : home + "/config.json";
}

bool is_trusted(const std::string& root) {
  std::ifstream in(trusted_path());
  std::error_code ec;
  const std::string wanted = fs::weakly_canonical(root, ec).string();
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line == wanted) return true;
  }
  return false;
}

Result<void> trust(const std::string& root) {
  std::error_code ec;
  const std::string path = fs::canonical(root, ec).string();
  if (ec) return fail(Error::Code::not_found, root + ": no such folder");
  const std::string file = trusted_path();
  if (file.empty()) return fail(Error::Code::io, "neither XDG_CONFIG_HOME nor HOME is set");
  if (is_trusted(root)) return {};
  fs::create_directories(fs::path(file).parent_path(), ec);
  std::ofstream out(file, std::ios::app);
  out << path << "\n";
  out.close();
  if (!out) return fail(Error::Code::io, file + ": cannot be written");
  return {};
}

}  // namespace fimd::lsp
