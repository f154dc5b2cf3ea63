// Runs a plain function on a pool thread and brings its value back to the loop: the one way, besides a transfer, in
// which work leaves the loop.
//
// The task gets its inputs by value and touches nothing else; it watches a stop_token if it may take long. Its
// completion is only ever seen on the loop. A waiting coroutine that is cancelled stops waiting, the task itself runs
// on to its end and its value is dropped. The pool must be joined before the loop is destroyed.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include "context/result.h"

namespace fimd::lsp {

// What a task gives back: T and Result<T> both become Result<T>.
template <class T>
struct OffloadOutcome {
  using type = Result<T>;
};
template <class T>
struct OffloadOutcome<Result<T>> {
  using type = Result<T>;
};
template <class F>
using Offloaded = typename OffloadOutcome<std::invoke_result_t<F&>>::type;

// The error that stands for an exception of a task, which is a bug or a lack of memory. Called in a catch block.
[[nodiscard]] Error task_failure(std::exception_ptr exception);

template <class F>
Offloaded<F> run_task(F& task) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<F&>>) {
      task();
      return {};
    } else {
      return task();
    }
  } catch (...) {
    return tl::unexpected<Error>(task_failure(std::current_exception()));
  }
}

// Calls `on_done(Result)` on `loop` when `task()` has run on the pool. The loop is kept running until then.
template <class F, class OnDone>
void offload(boost::asio::thread_pool& pool, boost::asio::any_io_executor loop, F task, OnDone on_done) {
  auto busy = boost::asio::make_work_guard(loop);
  auto job = [task = std::move(task), on_done = std::move(on_done), busy = std::move(busy)]() mutable {
    auto done = [outcome = run_task(task), on_done = std::move(on_done)]() mutable { on_done(std::move(outcome)); };
    boost::asio::post(busy.get_executor(), std::move(done));
  };
  boost::asio::post(pool, std::move(job));
}

// The same for a coroutine on the loop. Errors: the task's own, internal (it threw), cancelled (the wait was).
template <class F>
boost::asio::awaitable<Offloaded<F>> offload(boost::asio::thread_pool& pool, F task) {
  using Outcome = std::shared_ptr<Offloaded<F>>;
  using Channel = boost::asio::experimental::channel<void(boost::system::error_code, Outcome)>;
  constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
  const auto loop = co_await boost::asio::this_coro::executor;
  auto landed = std::make_shared<Channel>(loop, 1);
  auto on_done = [landed](Offloaded<F> outcome) {
    landed->try_send(boost::system::error_code{}, std::make_shared<Offloaded<F>>(std::move(outcome)));
  };
  offload(pool, loop, std::move(task), std::move(on_done));
  const auto [ec, outcome] = co_await landed->async_receive(token);
  if (ec) co_return fail(Error::Code::cancelled, "nobody waits for the task any more");
  co_return std::move(*outcome);
}

// Drops a value on the pool, behind what this turn of the loop puts there: dropping a tree or a long text takes time.
template <class T>
void discard(boost::asio::thread_pool& pool, boost::asio::any_io_executor loop, T value) {
  auto later = [&pool, value = std::move(value)]() mutable {
    boost::asio::post(pool, [dropped = std::move(value)] {});
  };
  boost::asio::post(loop, std::move(later));
}

}  // namespace fimd::lsp
