#ifndef HUBWIRE_JSON_HPP
#define HUBWIRE_JSON_HPP

/// JSON, read and written where it lies: twins, payloads of methods, feedback.

#include <hubwire/json/number.hpp>
#include <hubwire/json/reader.hpp>
#include <hubwire/json/string.hpp>
#include <hubwire/json/value.hpp>
#include <hubwire/json/writer.hpp>

#endif
