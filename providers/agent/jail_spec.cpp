#include "providers/agent/jail_spec.h"

#include <charconv>

namespace fimd::providers::agent {
namespace {

// Calls f(key, member) for every member; one list for both directions.
template <class Spec, class F>
void each_text(Spec& spec, F f) {
  f("root", spec.root);
  f("directory", spec.directory);
  f("lower", spec.lower);
  f("upper", spec.upper);
  f("work", spec.work);
  f("copy", spec.copy);
  f("stage", spec.stage);
  f("home", spec.home);
  f("temporary", spec.temporary);
}
template <class Spec, class F>
void each_list(Spec& spec, F f) {
  f("shown", spec.shown);
  f("writable", spec.writable);
  f("argv", spec.argv);
  f("environment", spec.environment);
}
template <class Spec, class F>
void each_number(Spec& spec, F f) {
  f("cpu_seconds", spec.cpu_seconds);
  f("file_bytes", spec.file_bytes);
  f("temporary_bytes", spec.temporary_bytes);
  f("processes", spec.processes);
  f("loopback", spec.loopback);
}

bool take(std::string_view& bytes, std::string_view& out) {
  const size_t end = bytes.find('\0');
  if (end == std::string_view::npos) return false;
  out = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return true;
}

bool number(std::string_view text, uint64_t& out) {
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), out);
  return wrong == std::errc{} && end == text.data() + text.size();
}

}  // namespace

std::string to_bytes(const JailSpec& spec) {
  std::string out;
  const auto put = [&](std::string_view key, std::string_view value) {
    out.append(key).push_back('\0');
    out.append(value).push_back('\0');
  };
  put("mode", std::to_string(static_cast<int>(spec.mode)));
  put("parent", std::to_string(spec.parent));
  each_text(spec, put);
  each_list(spec, [&](std::string_view key, const std::vector<std::string>& values) {
    for (const std::string& value : values) put(key, value);
  });
  each_number(spec, [&](std::string_view key, uint64_t value) { put(key, std::to_string(value)); });
  return out;
}

Result<JailSpec> spec_from(std::string_view bytes) {
  JailSpec spec;
  std::string_view key, value;
  bool good = true;
  while (good && !bytes.empty()) {
    good = take(bytes, key) && take(bytes, value);
    bool known = false;
    uint64_t count = 0;
    if (key == "mode") {
      known = number(value, count) && count <= static_cast<uint64_t>(JailSpec::Mode::bare);
      spec.mode = static_cast<JailSpec::Mode>(count);
    } else if (key == "parent") {
      known = number(value, count) && count <= INT32_MAX;
      spec.parent = static_cast<int>(count);
    }
    each_text(spec, [&](std::string_view name, std::string& member) {
      if (name == key) known = true, member = value;
    });
    each_list(spec, [&](std::string_view name, std::vector<std::string>& member) {
      if (name == key) known = true, member.emplace_back(value);
    });
    each_number(spec, [&](std::string_view name, uint64_t& member) {
      if (name == key) known = number(value, member);
    });
    good = good && known;
  }
  if (!good || spec.argv.empty() || spec.root.empty())
    return fail(Error::Code::bad_input, "jail: the helper was not told what to run");
  return spec;
}

}  // namespace fimd::providers::agent
