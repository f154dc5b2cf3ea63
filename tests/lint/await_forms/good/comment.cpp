// Comments do not count: co_await take([v] {}) ? {{1}} : 2;
Task f(Value v) { co_await take(v); }
