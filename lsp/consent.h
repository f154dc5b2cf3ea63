// A question to the user in the middle of a task. It is asked from the loop, and only the task waits for the answer,
// for as long as the user takes: no thread does. Loop thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <string>

namespace fimd::lsp {

// Shows a text that ends with a question; `answer` is called on the loop, once or never. Empty: nobody is there to ask.
using AskUser = std::function<void(std::string question, std::function<void(bool yes)> answer)>;

// False also where nobody can be asked, or the wait is cancelled.
boost::asio::awaitable<bool> ask_user(AskUser ask, std::string question);

}  // namespace fimd::lsp
