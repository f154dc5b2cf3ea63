// Boost.Asio is compiled once, here, and only declared elsewhere (BOOST_ASIO_SEPARATE_COMPILATION).
#include <boost/asio/impl/src.hpp>
