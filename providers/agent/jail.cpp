#include "providers/agent/jail.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "providers/agent/jail_filter.h"
#include "providers/agent/jail_helper.h"
#include "providers/agent/jail_process.h"
#include "providers/agent/jail_spec.h"

namespace fimd::providers::agent {
namespace {

using Mode = JailSpec::Mode;

constexpr Duration kCopyTime = std::chrono::seconds(20);
constexpr Duration kTrialTime = std::chrono::seconds(20);  // on a loaded machine; a trial takes milliseconds
constexpr uint64_t kTemporaryBytes = 1ULL << 30;
constexpr const char* kNoOwnNetwork =
    "without namespaces a command has no network of its own, and the machine's it must not have";

Mode mode_of(JailRung rung) {
  switch (rung) {
    case JailRung::full: return Mode::overlay;
    case JailRung::full_copy: return Mode::copy;
    case JailRung::bubblewrap: return Mode::inner;
    case JailRung::filters: return Mode::filters;
    case JailRung::none: break;
  }
  return Mode::bare;
}

bool make_folder(const std::string& path) { return ::mkdir(path.c_str(), 0700) == 0; }

// The folders of a run below its scratch, and the workspace's files in them.
Result<void> lay_out(const JailCommand& command, const std::string& scratch, JailSpec& spec,
                     const std::stop_token& stop) {
  const bool own_root = spec.mode == Mode::overlay || spec.mode == Mode::copy || spec.mode == Mode::inner;
  spec.stage = scratch + "/stage";
  spec.upper = scratch + "/upper";
  spec.work = scratch + "/work";
  spec.copy = scratch + "/copy";
  if (!own_root) {
    spec.home = scratch + "/home";
    spec.temporary = scratch + "/tmp";
  }
  for (const std::string& folder :
       {spec.stage, spec.upper, spec.work, spec.copy, scratch + "/home", scratch + "/tmp"}) {
    if (!make_folder(folder)) return fail(Error::Code::io, folder + ": cannot be made");
  }
  struct stat about {};
  if (::stat(command.root.c_str(), &about) == 0)
    ::chmod(spec.upper.c_str(), about.st_mode & 0777U);  // the overlay's top has this mode
  if (spec.mode == Mode::overlay) return write_shadow(spec.upper, command.root, command.files);
  auto copied = copy_tree(command.root, spec.copy, command.limits.copy_bytes, Clock::now() + kCopyTime, stop);
  return copied ? write_shadow(spec.copy, command.root, command.files) : copied;
}

std::string find_bubblewrap(const Jail& jail, const std::string& root) {
  const auto found = find_program("bwrap", jail.variables, root, "");
  return found ? *found : "";
}

// The same view as jail_root.cpp makes, in the words of bwrap. Capabilities go, or root could undo it all.
std::vector<std::string> bubblewrap(const Jail& jail, const JailSpec& spec, const std::string& program) {
  std::vector<std::string> argv = {program,         "--unshare-all", "--die-with-parent",
                                   "--new-session", "--cap-drop",    "ALL",
                                   "--clearenv",    "--dev",         "/dev",
                                   "--proc",        "/proc"};
  for (const std::string& path : {std::string("/tmp"), std::string("/var/tmp"), spec.home})
    argv.insert(argv.end(),
                {"--size", std::to_string(path == "/var/tmp" ? 64ULL << 20 : spec.temporary_bytes), "--tmpfs", path});
  for (const std::string& path : spec.shown) {
    std::error_code ec;
    const auto target = std::filesystem::read_symlink(path, ec);
    if (ec) argv.insert(argv.end(), {"--ro-bind", path, path});
    else argv.insert(argv.end(), {"--symlink", target.string(), path});
  }
  argv.insert(argv.end(), {"--bind", spec.copy, spec.root});
  for (const char* name : {"/.git", "/.fimd"}) {
    if (std::filesystem::exists(spec.lower + name))
      argv.insert(argv.end(), {"--ro-bind", spec.lower + name, spec.root + name});
  }
  const std::string helper = "/run/fimd-jail";
  argv.insert(argv.end(), {"--ro-bind", std::filesystem::weakly_canonical(jail.helper.front()).string(), helper,
                           "--chdir", "/", helper});
  argv.insert(argv.end(), jail.helper.begin() + 1, jail.helper.end());
  return argv;
}

JailSpec spec_for(const Jail& jail, const JailCommand& command) {
  JailSpec spec;
  spec.mode = mode_of(jail.rung);
  spec.parent = ::getpid();
  spec.root = spec.lower = command.root;
  spec.home = jail.variables("HOME").value_or("/nonexistent");
  spec.temporary = "/tmp";
  spec.argv = command.argv;
  const auto wall =
      static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(command.limits.wall).count());
  spec.cpu_seconds = 2 * wall + 10;
  spec.file_bytes = command.limits.file_bytes;
  spec.temporary_bytes = kTemporaryBytes;
  spec.processes = command.limits.processes;
  spec.loopback = command.loopback ? 1 : 0;
  return spec;
}

// A workspace that would show what the jail is to hide.
bool holds_home(const Jail& jail, const std::string& root) {
  const std::string home = jail.variables("HOME").value_or("");
  return root.empty() || root == "/" || (!home.empty() && lies_in(home, root)) || lies_in(jail.scratch, root);
}

}  // namespace

const char* name(JailRung rung) {
  switch (rung) {
    case JailRung::full: return "namespaces with an overlay";
    case JailRung::full_copy: return "namespaces with a copy";
    case JailRung::bubblewrap: return "bubblewrap";
    case JailRung::filters: return "Landlock and seccomp";
    case JailRung::none: break;
  }
  return "none";
}

JailRun run_jailed(const Jail& jail, const JailCommand& command, const std::stop_token& stop) {
  JailRun run;
  const auto refuse = [&](std::string why) {
    run.why = std::move(why);
    if (stop.stop_requested()) run.end = JailRun::End::cancelled;
    return run;
  };
  if (command.argv.empty() || jail.helper.empty()) return refuse("there is no command");
  if (holds_home(jail, command.root)) return refuse("the workspace holds the home folder");
  if (command.loopback && jail.rung == JailRung::filters) return refuse(kNoOwnNetwork);
  const auto scratch = Scratch::make(jail.scratch);
  if (!scratch) return refuse(scratch.error().message);
  JailSpec spec = spec_for(jail, command);
  if (auto laid = lay_out(command, scratch->path(), spec, stop); !laid) return refuse(laid.error().message);
  run.seen_root = spec.mode == Mode::filters || spec.mode == Mode::bare ? spec.copy : spec.root;
  const auto program = find_program(command.argv[0], jail.variables, run.seen_root, command.directory);
  if (!program) return refuse(program.error().message);
  spec.argv[0] = *program;
  spec.directory = run.seen_root + (command.directory.empty() ? "" : "/" + command.directory);
  spec.environment = jail_environment(jail.variables, command.root, spec.home, spec.temporary);
  spec.shown = readable_places(jail.variables, command.root, lies_in(*program, run.seen_root) ? "" : *program);
  if (run.seen_root == spec.copy) spec.writable = {spec.copy};
  HelperStart start{.argv = jail.helper,
                    .spec = to_bytes(spec),
                    .asked_to_end = run.seen_root == spec.copy,
                    .watched = scratch->path()};
  if (spec.mode == Mode::inner) {
    const std::string bwrap = find_bubblewrap(jail, command.root);
    if (bwrap.empty()) return refuse("bwrap is not installed");
    start.argv = bubblewrap(jail, spec, bwrap);
  }
  run_helper(start, command.limits, stop, run);
  return run;
}

std::string try_rung(const Jail& jail, const std::stop_token& stop) {
  if (jail.rung == JailRung::bubblewrap && find_bubblewrap(jail, "/nonexistent").empty())
    return "bwrap is not installed";
  const auto made = Scratch::make(jail.scratch);
  if (!made) return made.error().message;
  // A workspace of its own, a changed file in it, and a file beside it that must stay as it is.
  const std::string root = made->path() + "/workspace", outside = made->path() + "/outside";
  if (!make_folder(root) ||
      !write_shadow(made->path(), made->path(),
                    std::array{ShadowFile{"outside", "untouched"}, ShadowFile{"workspace/seed", "old"}}))
    return "the trial cannot be laid out";
  Jail inner = jail;
  inner.scratch = made->path() + "/scratch";
  JailCommand command{
      .argv = {"/bin/sh", "-c", "cat seed; echo x > made; echo x > '" + outside + "'; grep Seccomp: /proc/self/status"},
      .root = root,
      .directory = "",
      .files = {{"seed", "new"}},
      .limits = {}};
  command.limits.wall = command.limits.silence = kTrialTime;
  const JailRun run = run_jailed(inner, command, stop);
  if (run.end != JailRun::End::exited) return run.why;
  if (run.output.find("new") != 0) return "the command did not see the changed file";
  struct stat about {};
  const bool untouched = ::stat(outside.c_str(), &about) == 0 && about.st_size == 9;
  if (!untouched || ::stat((root + "/made").c_str(), &about) == 0) return "the command wrote to the user's files";
  if (run.output.find("Seccomp:\t2") == std::string::npos) return "the filter of system calls is not in force";
  return "";
}

std::string try_loopback(const Jail& jail, const std::stop_token& stop) {
  if (jail.rung == JailRung::filters || jail.rung == JailRung::none) return kNoOwnNetwork;
  const auto made = Scratch::make(jail.scratch);
  if (!made) return made.error().message;
  const std::string root = made->path() + "/workspace";
  if (!make_folder(root)) return "the trial cannot be laid out";
  Jail inner = jail;
  inner.scratch = made->path() + "/scratch";
  JailCommand command{
      .argv = {"/bin/true"}, .root = root, .directory = "", .files = {}, .limits = {}, .loopback = true};
  command.limits.wall = command.limits.silence = kTrialTime;
  const JailRun run = run_jailed(inner, command, stop);  // its helper talks to itself before it starts the command
  return run.end == JailRun::End::exited && run.exit == 0 ? "" : run.why.empty() ? "the trial failed" : run.why;
}

JailProbe probe_jail(const std::string& scratch, std::vector<std::string> helper, const std::stop_token& stop) {
  JailProbe probe;
  probe.jail.scratch = scratch;
  probe.jail.helper = std::move(helper);
  clean_scratch(scratch);
  for (const JailRung rung : {JailRung::full, JailRung::full_copy, JailRung::bubblewrap, JailRung::filters}) {
    probe.jail.rung = rung;
    std::string why = try_rung(probe.jail, stop);
    if (why.empty()) return probe;
    probe.refused.emplace_back(rung, std::move(why));
  }
  probe.jail.rung = JailRung::none;
  return probe;
}

std::vector<std::string> own_helper() { return {"/proc/self/exe", kJailHelper}; }

}  // namespace fimd::providers::agent
