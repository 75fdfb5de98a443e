// A pump that speaks MQTT, a valve that speaks AMQP, and the hub between them: all three written on hubwire, in one
// process, over streams in memory that split what goes through them anywhere. Each packet and frame is shown as it
// arrives. How fast all that goes is in throughput.cpp.

#include <cstdio>
#include <hubwire/hubwire.hpp>
#include <string_view>

#include "demo/hub.hpp"
#include "demo/paper.hpp"
#include "demo/pump.hpp"
#include "demo/stream.hpp"
#include "demo/valve.hpp"

namespace {

using namespace demo;

void hostile() {
    // A password without a user name.
    constexpr std::string_view connect{"\x10\x13\0\4MQTT\4\x42\0\x3C\0\1x\0\4pass", 21};
    print("  to the hub: CONNECT, with a password and no user name\n");
    if (const auto packet = mqtt::decode(connect); !packet) complaint(packet.error(), connect);

    // If the count were believed, this would be four billion fields.
    constexpr std::string_view flow{"\0\0\0\x16\2\0\0\0\0\x53\x13\xD0\0\0\0\6\xFF\xFF\xFF\xFF\x40\x40", 22};
    print("  to the hub: flow, a frame of 22 bytes that says it has 4,294,967,295 fields\n");
    if (const auto frame = amqp::decode_frame(flow); !frame) complaint(frame.error(), flow);
}

int fail(const hubwire::error& e) {
    std::printf("refused at %zu: %.*s\n", e.offset, static_cast<int>(e.message().size()), e.message().data());
    return 1;
}

}  // namespace

int main() {
    stream pump_to_hub;
    stream hub_to_pump;
    stream valve_to_hub;
    stream hub_to_valve;
    pump the_pump{pump_to_hub, hub_to_pump};
    valve the_valve{valve_to_hub, hub_to_valve};
    hub the_hub{pump_to_hub, hub_to_pump, valve_to_hub, hub_to_valve};

    // Until nothing moves any more.
    const auto run = [&](const done& begun) -> done {
        if (!begun) return begun;
        for (bool moves = true; moves;) {
            moves = false;
            for (const auto& moved : {the_hub.receive(), the_pump.receive(), the_valve.receive()}) {
                if (!moved) return moved.error();
                moves = moves || *moved;
            }
        }
        return {};
    };

    print("hubwire ", HUBWIRE_VERSION_MAJOR, ".", HUBWIRE_VERSION_MINOR, ".", HUBWIRE_VERSION_PATCH,
          ": two devices and their hub, on pipes that split what goes through them anywhere.\n"
          "Who, which way, at which offset of the stream, what, and how large it is:\n");
    chapter("1. A pump connects by MQTT, with a token that the hub verifies");
    if (const auto ok = run(the_pump.connect()); !ok) return fail(ok.error());
    chapter("2. A valve connects by AMQP, and shows its token to $cbs");
    if (const auto ok = run(the_valve.connect()); !ok) return fail(ok.error());
    chapter("3. The pump raises an alarm; the hub makes of the same message a command for the valve");
    if (const auto ok = run(the_pump.send_alarm()); !ok) return fail(ok.error());
    chapter("4. The operator lowers the limit in the pump's twin, and calls a method");
    if (const auto ok = run(the_hub.change_twin()); !ok) return fail(ok.error());
    if (const auto ok = run(the_hub.call_method()); !ok) return fail(ok.error());
    chapter("5. Strangers try their luck");
    hostile();
    return 0;
}
