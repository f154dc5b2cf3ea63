#include "lsp/consent.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

namespace fimd::lsp {
namespace asio = boost::asio;

asio::awaitable<bool> ask_user(AskUser ask, std::string question) {
  using Channel = asio::experimental::channel<void(boost::system::error_code, bool)>;
  if (!ask) co_return false;
  const auto loop = co_await asio::this_coro::executor;
  const auto landed = std::make_shared<Channel>(loop, 1);
  ask(std::move(question), [landed](bool yes) { landed->try_send(boost::system::error_code{}, yes); });
  auto waiting = landed->async_receive(asio::as_tuple(asio::use_awaitable));
  const auto [ec, yes] = co_await std::move(waiting);
  co_return !ec && yes;
}

}  // namespace fimd::lsp
