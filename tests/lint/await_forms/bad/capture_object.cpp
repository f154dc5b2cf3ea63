// A copy of the whole object is a capture too.
Task S::f() { co_await take([*this] { use(*this); }); }
