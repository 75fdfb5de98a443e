#include <hubwire/iothub/feedback.hpp>

// Feedback records, read one after the other; as mqtt_device.cpp.

namespace iothub = hubwire::iothub;

std::size_t read(std::string_view body, void (*take)(const iothub::feedback_record&)) {
    iothub::feedback_reader in{body};
    while (in.next()) take(in.record());
    return in.ok() ? 0 : in.finish().error().offset;
}
