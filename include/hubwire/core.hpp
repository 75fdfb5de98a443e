#ifndef HUBWIRE_CORE_HPP
#define HUBWIRE_CORE_HPP

/// What every other part stands on: views of bytes, errors and results, cursors, streams that come in, UTF-8.

#include <hubwire/core/bytes.hpp>
#include <hubwire/core/error.hpp>
#include <hubwire/core/maybe.hpp>
#include <hubwire/core/name_in.hpp>
#include <hubwire/core/quick_reader.hpp>
#include <hubwire/core/reader.hpp>
#include <hubwire/core/receive_buffer.hpp>
#include <hubwire/core/result.hpp>
#include <hubwire/core/same_items.hpp>
#include <hubwire/core/utf8.hpp>
#include <hubwire/core/version.hpp>
#include <hubwire/core/writer.hpp>
#include <hubwire/core/x86.hpp>

#endif
