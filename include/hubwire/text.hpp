#ifndef HUBWIRE_TEXT_HPP
#define HUBWIRE_TEXT_HPP

/// How numbers, bytes and times are written in text: decimal, base64, percent-encoding, RFC 3339.

#include <hubwire/text/base64.hpp>
#include <hubwire/text/decimal.hpp>
#include <hubwire/text/percent.hpp>
#include <hubwire/text/timestamp.hpp>

#endif
