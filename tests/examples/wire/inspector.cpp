#include "inspector.hpp"

#include <algorithm>
#include <optional>

#include "stream.hpp"

namespace wire {

namespace {

/// What the first byte gives away.
std::optional<protocol> protocol_of(unsigned char first) {
    // A protocol header, or a frame of less than 16 MB.
    if (first == 'A' || first == 0) return protocol::amqp;
    const char byte = static_cast<char>(first);
    if (hubwire::mqtt::decode_fixed_header({&byte, 1}).incomplete()) return protocol::mqtt;
    return {};
}

/// What else it may be.
std::string_view guess(unsigned char first) {
    if (first >= 0x14 && first <= 0x17) return "it looks like TLS: what was captured is encrypted";
    if (first == 'G' || first == 'H') return "it looks like HTTP, such as the beginning of a WebSocket";
    return "neither an MQTT packet nor an AMQP frame begins so";
}

}  // namespace

class inspector::stream {
public:
    stream(const options& how, sink out)
        : how_{how},
          page_{std::move(out), how.colour, how.width},
          tell_{page_, how_, counts_},
          mqtt_{tell_, how.from},
          amqp_{tell_},
          spoken_{how.spoken} {}

    void add(hubwire::bytes received) {
        counts_.bytes += received.size();
        if (is_blind_) return;
        kept_.append(received.text());
        if (spoken_ == protocol::detect && !kept_.empty()) detect();
        std::size_t at = 0;
        while (!is_blind_ && at != kept_.size()) {
            if (skip_ != 0) {
                const std::size_t n = std::min(skip_, kept_.size() - at);
                skip_ -= n;
                at += n;
                offset_ += n;
                continue;
            }
            const hubwire::bytes rest{kept_.data() + at, kept_.size() - at};
            const step s = spoken_ == protocol::mqtt ? mqtt_.next(rest, offset_) : amqp_.next(rest, offset_);
            if (s.used == 0) break;
            is_blind_ = s.nothing_behind;
            skip_ = s.used;
        }
        kept_.erase(0, at);
    }

    summary finish() {
        if (is_blind_) {
            // Nothing to add.
        } else if (skip_ != 0) {
            page_.text("the stream ends before that: " + counted(skip_, "more byte"), style::wrong);
            ++counts_.remarks;
        } else if (!kept_.empty()) {
            if (spoken_ == protocol::mqtt) mqtt_.cut_off(kept_, offset_);
            if (spoken_ == protocol::amqp) amqp_.cut_off(kept_, offset_);
        }
        page_.flush();
        page_.text(counted(counts_.bytes, "byte") + ", " +
                       counted(counts_.packets, spoken_ == protocol::amqp ? "frame" : "packet") + ", " +
                       counted(counts_.violations, "violation") + ", " + counted(counts_.remarks, "remark"),
                   counts_.violations + counts_.remarks == 0 ? style::strong : style::wrong);
        return counts_;
    }

private:
    void detect() {
        const auto first = static_cast<unsigned char>(kept_[0]);
        if (const auto found = protocol_of(first)) {
            spoken_ = *found;
        } else {
            page_.complaint(guess(first));
            page_.inner("(--mqtt and --amqp read it as such all the same)");
            ++counts_.violations;
            is_blind_ = true;
        }
    }

    options how_;
    page page_;
    summary counts_;
    teller tell_;
    mqtt_stream mqtt_;
    amqp_stream amqp_;
    protocol spoken_;
    std::string kept_;        // received and not yet shown
    std::size_t offset_ = 0;  // of its first byte in the stream
    std::size_t skip_ = 0;    // what has been shown, or passed over, and is still to be dropped
    bool is_blind_ = false;
};

inspector::inspector(const options& how, sink out) : stream_{std::make_unique<stream>(how, std::move(out))} {}
inspector::~inspector() = default;

void inspector::add(hubwire::bytes received) { stream_->add(received); }
summary inspector::finish() { return stream_->finish(); }

summary inspect(hubwire::bytes stream, const options& how, const sink& out) {
    inspector one{how, out};
    one.add(stream);
    return one.finish();
}

}  // namespace wire
