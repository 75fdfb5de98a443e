#ifndef HUBWIRE_AMQP_HPP
#define HUBWIRE_AMQP_HPP

/// AMQP 1.0: types, composites, messages, frames and deliveries, for either side of a connection.

#include <hubwire/amqp/builder.hpp>
#include <hubwire/amqp/composite.hpp>
#include <hubwire/amqp/container.hpp>
#include <hubwire/amqp/delivery.hpp>
#include <hubwire/amqp/delivery_state.hpp>
#include <hubwire/amqp/error_condition.hpp>
#include <hubwire/amqp/frame.hpp>
#include <hubwire/amqp/message.hpp>
#include <hubwire/amqp/performative.hpp>
#include <hubwire/amqp/primitive.hpp>
#include <hubwire/amqp/sasl.hpp>
#include <hubwire/amqp/section.hpp>
#include <hubwire/amqp/terminus.hpp>
#include <hubwire/amqp/transaction.hpp>
#include <hubwire/amqp/types.hpp>
#include <hubwire/amqp/value.hpp>

#endif
