#include "lsp/offload.h"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>

#include "tests/session/memory_transport.h"

namespace fimd::lsp {
namespace {

namespace asio = boost::asio;

class OffloadTest : public testing::Test {
 protected:
  template <class F>
  Offloaded<F> run(F task) {
    std::optional<Offloaded<F>> result;
    asio::co_spawn(loop_, offload(pool_, std::move(task)), [&](std::exception_ptr e, Offloaded<F> r) {
      if (e) std::rethrow_exception(e);
      landed_on_ = std::this_thread::get_id();
      result = std::move(r);
    });
    run_until(loop_, [&] { return result.has_value(); }, "the task");
    return *std::move(result);
  }

  asio::io_context loop_;
  asio::thread_pool pool_{1};
  std::thread::id landed_on_;
};

TEST_F(OffloadTest, RunsOnThePoolAndLandsOnTheLoop) {
  const auto where = run([] { return std::this_thread::get_id(); });
  EXPECT_NE(*where, std::this_thread::get_id());
  EXPECT_EQ(landed_on_, std::this_thread::get_id());
}

TEST_F(OffloadTest, MovesInputsAndValues) {
  auto input = std::make_unique<std::string>("text");
  const auto length = run([input = std::move(input)] { return std::make_unique<size_t>(input->size()); });
  EXPECT_EQ(**length, 4u);
}

TEST_F(OffloadTest, PassesTheErrorOfATaskOn) {
  const auto r = run([]() -> Result<int> { return fail(Error::Code::not_found, "no grammar"); });
  EXPECT_EQ(r.error().code, Error::Code::not_found);
}

TEST_F(OffloadTest, RunsTasksWithoutAValue) {
  std::atomic<bool> ran = false;
  EXPECT_TRUE(run([&ran] { ran = true; }));
  EXPECT_TRUE(ran);
}

TEST_F(OffloadTest, TurnsAnExceptionIntoAnInternalError) {
  const auto r = run([]() -> int { throw std::runtime_error("broken"); });
  EXPECT_EQ(r.error().code, Error::Code::internal);
  EXPECT_EQ(r.error().message, "task failed: broken");
  EXPECT_EQ(run([]() -> int { throw 1; }).error().code, Error::Code::internal);
}

TEST_F(OffloadTest, KeepsTheLoopRunningForACallback) {
  std::optional<int> got;
  offload(pool_, loop_.get_executor(), [] { return 7; }, [&](Result<int> r) { got = *r; });
  loop_.run();
  EXPECT_EQ(got, 7);
}

TEST_F(OffloadTest, StopsWaitingWhenItIsCancelled) {
  std::promise<void> gate;
  std::stop_source stop;
  std::optional<Result<int>> result;
  asio::cancellation_signal cancel;
  auto task = [opened = gate.get_future().share(), token = stop.get_token()] {
    opened.wait();
    return token.stop_requested() ? 1 : 2;
  };
  asio::co_spawn(loop_, offload(pool_, std::move(task)),
                 asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr, Result<int> r) { result = std::move(r); }));
  loop_.poll();
  EXPECT_FALSE(result);
  stop.request_stop();
  cancel.emit(asio::cancellation_type::terminal);
  run_until(loop_, [&] { return result.has_value(); }, "the end of the wait");
  EXPECT_EQ(result->error().code, Error::Code::cancelled);
  gate.set_value();
  pool_.join();
  loop_.restart();
  loop_.run();  // the value that nobody wants lands without harm
}

TEST_F(OffloadTest, RunsManyTasksInOrder) {
  std::vector<int> order;
  for (int i = 0; i < 1000; ++i) {
    offload(pool_, loop_.get_executor(), [i] { return i; }, [&](Result<int> r) { order.push_back(*r); });
  }
  loop_.run();
  ASSERT_EQ(order.size(), 1000u);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

}  // namespace
}  // namespace fimd::lsp
