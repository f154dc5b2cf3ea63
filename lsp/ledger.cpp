#include "lsp/ledger.h"

#include <chrono>

#include "context/log.h"
#include "lsp/config.h"
#include "lsp/folders.h"
#include "lsp/offload.h"

namespace fimd::lsp {
namespace {

using providers::LedgerStore;
using providers::SentRow;
using providers::ShownRow;

constexpr size_t kMostWaiting = 20'000;  // entries that could not be written yet
constexpr int kPruneEvery = 500;         // writes
constexpr size_t kHistory = 1000;        // suggestions to learn from

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

constexpr int64_t kDay = 24 * 3600 * 1000LL;

// Belongs to the bulk pool.
struct Disk {
  std::string path;
  std::unique_ptr<LedgerStore> store;
  int writes = 0;
};

struct Batch {
  std::vector<SentRow> sent;
  std::vector<ShownRow> shown;
  // Set by the bulk pool.
  bool written = false;
  std::vector<ShownRow> history;
};

// Writes a batch; what was spent since `midnight`, by all processes. Errors: io.
Result<double> write(Disk& disk, Batch& batch, int64_t midnight) {
  if (!disk.store) {
    auto opened = LedgerStore::open(disk.path);
    if (!opened) return tl::unexpected<Error>(opened.error());
    disk.store = std::move(*opened);
    if (auto history = disk.store->sure(kHistory)) batch.history = std::move(*history);
  }
  if (disk.writes++ % kPruneEvery == 0) {
    if (auto pruned = disk.store->prune(now_ms()); !pruned) return tl::unexpected<Error>(pruned.error());
  }
  if (!batch.sent.empty() || !batch.shown.empty()) {
    if (auto added = disk.store->add(batch.sent, batch.shown); !added) {
      disk.store.reset();  // it may have been damaged: opening it again tells
      return tl::unexpected<Error>(added.error());
    }
  }
  batch.written = true;
  return disk.store->spent(midnight);
}

}  // namespace

struct Ledger::State : std::enable_shared_from_this<Ledger::State> {
  State(boost::asio::io_context& l, boost::asio::thread_pool& b) : loop(l), bulk(b), timer(l) {}

  boost::asio::io_context& loop;
  boost::asio::thread_pool& bulk;
  boost::asio::steady_timer timer;
  std::shared_ptr<Disk> disk;  // null: nothing is kept
  bool enabled = true, counts_shown = true, resting = false, writing = false, told = false;
  std::function<void(const std::vector<ShownRow>&)> take_history;  // until it was called
  std::vector<providers::LedgerEntryPtr> entries;
  Batch waiting;               // made of entries that are complete
  std::shared_ptr<Batch> flying;  // being written
  int64_t day = now_ms() / kDay;
  double spent = 0;            // on that day, without what waits

  [[nodiscard]] double waiting_usd() const {
    double usd = 0;
    for (const auto& entry : entries) usd += providers::cost_of(entry->price, entry->usage);
    for (const auto* batch : {&waiting, static_cast<const Batch*>(flying.get())}) {
      if (!batch) continue;
      for (const SentRow& row : batch->sent) usd += row.usd;
    }
    return usd;
  }

  void rest() {
    if (resting || writing) return;
    resting = true;
    timer.expires_after(kLedgerRest);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
      const auto self = weak.lock();
      if (!self) return;
      self->resting = false;
      if (!ec) self->flush();
    });
  }

  // Entries become rows.
  void collect() {
    for (const auto& entry : std::exchange(entries, {})) waiting.sent.push_back(providers::row_of(*entry));
    if (disk && enabled) return;
    for (const SentRow& row : waiting.sent) spent += row.usd;
    waiting = {};
  }

  void flush() {
    collect();
    if (!disk || !enabled || writing) return;
    writing = true;
    flying = std::make_shared<Batch>(std::exchange(waiting, {}));
    auto task = [disk = disk, batch = flying, midnight = now_ms() / kDay * kDay] {
      return write(*disk, *batch, midnight);
    };
    offload(bulk, loop.get_executor(), std::move(task), [weak = weak_from_this()](Result<double> spent_today) {
      if (const auto self = weak.lock()) self->written(spent_today);
    });
  }

  void written(const Result<double>& spent_today) {
    writing = false;
    const auto batch = std::exchange(flying, nullptr);
    if (!batch->history.empty() && take_history) std::exchange(take_history, nullptr)(batch->history);
    if (spent_today) {
      spent = *spent_today;
      day = now_ms() / kDay;
      told = false;
    } else {
      if (!std::exchange(told, true)) log::warn("{}", spent_today.error().message);
      if (!batch->written) give_back(*batch);
    }
    if (!entries.empty() || !waiting.sent.empty() || !waiting.shown.empty()) rest();
  }

  // What could not be written waits for the next time.
  void give_back(Batch& batch) {
    const auto put = [](auto& into, auto& from) {
      into.insert(into.begin(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
      if (into.size() > kMostWaiting) into.erase(into.begin(), into.end() - kMostWaiting);
    };
    put(waiting.sent, batch.sent);
    put(waiting.shown, batch.shown);
  }
};

std::string ledger_path() {
  const std::string folder = state_folder();
  return folder.empty() ? "" : folder + "/ledger.db";
}

Ledger::Ledger(boost::asio::io_context& loop, boost::asio::thread_pool& bulk)
    : state_(std::make_shared<State>(loop, bulk)) {}

Ledger::~Ledger() = default;

void Ledger::keep_in(const std::string& path) {
  if (path.empty()) return;
  state_->disk = std::make_shared<Disk>(Disk{path, nullptr, 0});
  state_->rest();
}

void Ledger::on_history(std::function<void(const std::vector<providers::ShownRow>&)> take) {
  state_->take_history = std::move(take);
}

void Ledger::enable(bool on) {
  state_->enabled = on;
}

void Ledger::ignore_suggestions() {
  state_->counts_shown = false;
}

void Ledger::add(providers::LedgerEntryPtr entry) {
  // Looking for servers on this machine knocks at doors where nobody is: nothing was sent.
  if (entry->bytes_sent == 0 && entry->status == 0) return;
  state_->entries.push_back(std::move(entry));
  state_->rest();
}

void Ledger::add(providers::ShownRow shown) {
  if (!state_->disk || !state_->enabled || !state_->counts_shown) return;
  state_->waiting.shown.push_back(std::move(shown));
  state_->rest();
}

double Ledger::spent_today() const {
  const bool today = state_->day == now_ms() / kDay;
  return (today ? state_->spent : 0) + state_->waiting_usd();
}

void Ledger::finish() {
  State& s = *state_;
  s.timer.cancel();
  s.collect();
  if (!s.disk || !s.enabled) return;
  const auto flying = std::exchange(s.flying, nullptr);
  if (flying && !flying->written) s.give_back(*flying);  // its task was dropped with the pool
  if (s.waiting.sent.empty() && s.waiting.shown.empty()) return;
  if (auto done = write(*s.disk, s.waiting, now_ms() / kDay * kDay); !done) log::warn("{}", done.error().message);
}

}  // namespace fimd::lsp
