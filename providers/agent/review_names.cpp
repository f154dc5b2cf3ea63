#include "providers/agent/review_names.h"

#include <algorithm>
#include <array>

#include "providers/agent/tool_text.h"

namespace fimd::providers::agent {
namespace {

// clang-format off
constexpr auto kPythonsOwn = std::to_array<std::string_view>({
    "__future__", "abc", "argparse", "array", "ast", "asyncio", "atexit", "base64", "bisect", "builtins", "bz2", "calendar",
    "cmath", "codecs", "collections", "concurrent", "configparser", "contextlib", "contextvars", "copy", "csv", "ctypes",
    "dataclasses", "datetime", "decimal", "difflib", "dis", "email", "encodings", "enum", "errno", "faulthandler", "fcntl",
    "filecmp", "fileinput", "fnmatch", "fractions", "ftplib", "functools", "gc", "getopt", "getpass", "gettext", "glob",
    "graphlib", "grp", "gzip", "hashlib", "heapq", "hmac", "html", "http", "imaplib", "importlib", "inspect", "io", "ipaddress",
    "itertools", "json", "keyword", "linecache", "locale", "logging", "lzma", "mailbox", "math", "mimetypes", "mmap",
    "multiprocessing", "numbers", "operator", "os", "pathlib", "pdb", "pickle", "pkgutil", "platform", "plistlib", "pprint",
    "profile", "pty", "pwd", "queue", "random", "re", "readline", "resource", "runpy", "sched", "secrets", "select", "selectors",
    "shelve", "shlex", "shutil", "signal", "site", "smtplib", "socket", "socketserver", "sqlite3", "ssl", "stat", "statistics",
    "string", "struct", "subprocess", "symtable", "sys", "sysconfig", "syslog", "tarfile", "tempfile", "termios", "textwrap",
    "threading", "time", "timeit", "tkinter", "token", "tokenize", "tomllib", "trace", "traceback", "tracemalloc", "tty",
    "turtle", "types", "typing", "unicodedata", "unittest", "urllib", "uuid", "venv", "warnings", "wave", "weakref",
    "webbrowser", "winreg", "wsgiref", "xml", "xmlrpc", "zipapp", "zipfile", "zipimport", "zlib", "zoneinfo"});
constexpr auto kNodesOwn = std::to_array<std::string_view>({
    "assert", "async_hooks", "buffer", "child_process", "cluster", "console", "crypto", "dgram", "dns", "events", "fs", "http",
    "http2", "https", "inspector", "module", "net", "os", "path", "perf_hooks", "process", "punycode", "querystring", "readline",
    "repl", "stream", "string_decoder", "timers", "tls", "tty", "url", "util", "v8", "vm", "wasi", "worker_threads", "zlib"});
// clang-format on

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

std::string_view name_at(std::string_view text) {
  const auto end = std::ranges::find_if_not(text, is_name_letter);
  return text.substr(0, static_cast<size_t>(end - text.begin()));
}

bool ends_with_one_of(std::string_view path, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); });
}

// What stands between the first pair of quotes of a kind.
std::string_view in_quotes(std::string_view text) {
  const size_t open = text.find_first_of("'\"");
  const size_t close = open == std::string_view::npos ? open : text.find(text[open], open + 1);
  return close == std::string_view::npos ? "" : text.substr(open + 1, close - open - 1);
}

std::string_view of_python(std::string_view line) {
  const bool from = line.starts_with("from ");
  if (!from && !line.starts_with("import ")) return "";
  const std::string_view name = name_at(line.substr(from ? 5 : 7));
  return std::ranges::find(kPythonsOwn, name) == kPythonsOwn.end() ? name : "";
}

std::string_view of_script(std::string_view line) {
  const size_t call = line.find("require(");
  const bool import = line.starts_with("import ") || line.starts_with("export ") || line.starts_with("} from ");
  if (!import && call == std::string_view::npos) return "";
  const size_t from = line.find(" from ");
  std::string_view name = in_quotes(call != std::string_view::npos   ? line.substr(call)
                                    : from != std::string_view::npos ? line.substr(from)
                                                                     : line);
  if (name.empty() || name.front() == '.' || name.front() == '/' || name.find(':') != std::string_view::npos) return "";
  size_t end = name.find('/');
  if (name.front() == '@' && end != std::string_view::npos) end = name.find('/', end + 1);
  name = name.substr(0, end);
  return std::ranges::find(kNodesOwn, name) == kNodesOwn.end() ? name : "";
}

// Packages of others begin with the name of a host.
std::string_view of_go(std::string_view line) {
  const bool import = line.starts_with("import ") || line.starts_with('"');
  const std::string_view name = import ? in_quotes(line) : "";
  return name.substr(0, name.find('/')).find('.') == std::string_view::npos ? "" : name;
}

std::string_view of_rust(std::string_view line) {
  if (line.starts_with("pub ")) line.remove_prefix(4);
  const bool outer = line.starts_with("extern crate ");
  if (!outer && !line.starts_with("use ")) return "";
  const std::string_view name = name_at(line.substr(outer ? 13 : 4));
  constexpr auto kKnown = std::to_array<std::string_view>({"std", "core", "alloc", "crate", "self", "super", "Self"});
  return std::ranges::find(kKnown, name) == kKnown.end() ? name : "";
}

std::string_view package_in(std::string_view path, std::string_view line) {
  if (ends_with_one_of(path, {".py", ".pyi"})) return of_python(line);
  if (ends_with_one_of(path, {".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"})) return of_script(line);
  if (path.ends_with(".go")) return of_go(line);
  return path.ends_with(".rs") ? of_rust(line) : "";
}

// The scheme and the host of the first address.
std::string_view address_in(std::string_view line) {
  for (const std::string_view scheme : {"https://", "http://", "ftp://", "ws://", "wss://"}) {
    const size_t at = line.find(scheme);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = line.substr(at);
    const size_t end = rest.find_first_of("/\"'`<>()[]{} \t\\?#,;", scheme.size());
    return rest.substr(0, std::min(end, rest.size()));
  }
  return "";
}

}  // namespace

std::vector<std::string> names_newly(std::string_view path, std::string_view before, std::string_view line) {
  std::vector<std::string> out;
  const std::string_view text = stripped(line);
  if (const std::string_view address = address_in(text);
      !address.empty() && before.find(address) == std::string_view::npos)
    out.push_back("adds the address " + std::string(address));
  const std::string_view package = package_in(path, text);
  if (!package.empty() && before.find(package) == std::string_view::npos)
    out.push_back("uses the package " + std::string(package));
  return out;
}

}  // namespace fimd::providers::agent
