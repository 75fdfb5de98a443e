#ifndef HUBWIRE_CORE_ERROR_HPP
#define HUBWIRE_CORE_ERROR_HPP

#include <hubwire/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubwire {

/// Every way in which anything in the library can refuse. What each one means stands in the table below.
enum class errc : std::uint16_t {
    none,
    incomplete,
    truncated,
    leftover,
    over_limit,
    no_space,
    too_long,
    too_large,
    invalid_utf8,
    nul_in_text,

    // text: decimal, base64, percent-encoding, timestamps
    decimal_digit,
    decimal_leading_zero,
    base64_character,
    base64_padding,
    base64_length,
    base64_stray_bits,
    percent_escape,
    timestamp_format,
    timestamp_range,
    timestamp_fraction,
    timestamp_zone,

    // JSON
    json_end,
    json_value,
    json_number,
    json_leading_zero,
    json_control_character,
    json_escape,
    json_surrogate,
    json_utf8,
    json_name,
    json_colon,
    json_comma,
    json_leftover,
    json_depth,
    json_kind,
    json_number_range,
    json_absent,
    json_misplaced,
    json_open,

    // MQTT 3.1.1
    mqtt_invalid_utf8,
    mqtt_nul_in_text,
    mqtt_discouraged_character,
    mqtt_packet_type,
    mqtt_flags,
    mqtt_remaining_length,
    mqtt_padded_length,
    mqtt_impossible_length,
    mqtt_wrong_packet,
    mqtt_packet_id,
    mqtt_packet_id_at_qos_0,
    mqtt_publish_answer_id,
    mqtt_subscribe_answer_id,
    mqtt_connect_first,
    mqtt_connect_twice,
    mqtt_protocol_name,
    mqtt_protocol_level,
    mqtt_reserved_connect_flag,
    mqtt_will_absent,
    mqtt_will_qos_without_will,
    mqtt_will_qos,
    mqtt_will_retain_without_will,
    mqtt_username_without_flag,
    mqtt_username_absent,
    mqtt_password_without_flag,
    mqtt_password_absent,
    mqtt_password_without_username,
    mqtt_empty_client_id,
    mqtt_connack_first,
    mqtt_reserved_connack_flags,
    mqtt_session_present,
    mqtt_return_code,
    mqtt_dup_at_qos_0,
    mqtt_qos,
    mqtt_wildcard_in_topic,
    mqtt_wildcard_in_will_topic,
    mqtt_pubrel_flags,
    mqtt_subscribe_flags,
    mqtt_no_subscriptions,
    mqtt_requested_qos,
    mqtt_suback_count,
    mqtt_suback_code,
    mqtt_unsubscribe_flags,
    mqtt_no_filters,
    mqtt_disconnect_flags,
    mqtt_multi_level_wildcard,
    mqtt_single_level_wildcard,
    mqtt_empty_topic,
    mqtt_topic_too_long,
    mqtt_direction,

    // AMQP 1.0
    amqp_format_code,
    amqp_type,
    amqp_boolean,
    amqp_char,
    amqp_symbol,
    amqp_size,
    amqp_count,
    amqp_odd_map,
    amqp_mixed_array,
    amqp_depth,
    amqp_descriptor,
    amqp_missing_field,
    amqp_too_many_fields,
    amqp_choice,
    amqp_key,
    amqp_map_value,
    amqp_section,
    amqp_section_order,
    amqp_repeated_section,
    amqp_mixed_body,
    amqp_no_body,
    amqp_protocol_header,
    amqp_frame_size,
    amqp_data_offset,
    amqp_frame_type,
    amqp_max_frame_size,
    amqp_sasl_frame_size,
    amqp_payload,
    amqp_empty_sasl_frame,
    amqp_credentials,
    amqp_delivery_tag,
    amqp_first_transfer,
    amqp_next_transfer,

    // Azure IoT Hub
    iothub_identifier,
    iothub_identifier_length,
    iothub_topic,
    iothub_topic_level,
    iothub_topic_character,
    iothub_topic_status,
    iothub_topic_rid,
    iothub_topic_version,
    iothub_topic_filter,
    iothub_username,
    iothub_username_character,
    iothub_username_api_version,
    iothub_username_client,
    iothub_uuid,
    iothub_amqp_absent,
    iothub_amqp_type,
    iothub_amqp_operation,
    iothub_amqp_body,
    iothub_amqp_selector,
    iothub_amqp_channel,
    iothub_host_name,
    iothub_policy_name,
    iothub_connection_part,
    iothub_connection_empty_value,
    iothub_connection_unknown_key,
    iothub_connection_repeated_key,
    iothub_connection_x509,
    iothub_connection_no_host,
    iothub_connection_no_device,
    iothub_connection_no_credential,
    iothub_connection_two_credentials,
    iothub_connection_semicolon,
    iothub_sas_word,
    iothub_sas_part,
    iothub_sas_unknown_field,
    iothub_sas_repeated_field,
    iothub_sas_empty_field,
    iothub_sas_missing_field,
    iothub_sas_ampersand,
    iothub_sas_signature,
    iothub_sas_wrong_signature,
    iothub_sas_other_resource,
    iothub_sas_expired,
    iothub_sas_empty_key,
    iothub_resource,
    iothub_address,
    iothub_address_name,
    iothub_plain_user,
    iothub_amqp_uri,
    iothub_feedback_content_type,
    iothub_feedback_body,

    // Azure IoT Hub: property bags and messages
    iothub_bag_name,
    iothub_message_repeated,
    iothub_message_reserved,
    iothub_message_nameless,
    iothub_message_type,
    iothub_message_body,
    iothub_message_id,
    iothub_message_id_length,
    iothub_message_character,
    iothub_message_size,

    /// The first of the codes that the library never uses: an application's own rules can have those from here on.
    application = 0x8000,
};

namespace detail {

struct rule {
    errc code;
    std::string_view id;        // of the statement in its specification, or empty where the refusal is our own
    std::string_view sentence;  // what is wrong, in words for a person
};

/// In the order of errc. The texts reach a program only where it asks for one: firmware that compares codes has none.
inline constexpr rule rules[] = {
    {errc::none, "", "no error"},
    {errc::incomplete, "", "the input ends before the value does"},
    {errc::truncated, "", "a value reaches past the end of what contains it"},
    {errc::leftover, "", "bytes are left over after the last value"},
    {errc::over_limit, "", "the size is beyond the receiver's limit"},
    {errc::no_space, "", "the buffer is too small for what is to be written"},
    {errc::too_long, "", "the value is longer than its length field can say"},
    {errc::too_large, "", "the number does not fit its field"},
    {errc::invalid_utf8, "RFC 3629-3", "the text is not well-formed UTF-8"},
    {errc::nul_in_text, "", "the text holds the character U+0000"},

    {errc::decimal_digit, "", "there is no decimal digit where a number needs one"},
    {errc::decimal_leading_zero, "", "the number begins with a 0 that it does not need"},
    {errc::base64_character, "RFC 4648-3.3", "a character is not of the base64 alphabet"},
    {errc::base64_padding, "RFC 4648-4", "there is padding, or something behind it, where base64 has none"},
    {errc::base64_length, "RFC 4648-4", "the base64 is not padded to a multiple of four characters"},
    {errc::base64_stray_bits, "RFC 4648-3.5", "the last character of the base64 has bits that belong to no byte"},
    {errc::percent_escape, "RFC 3986-2.1", "a % is not followed by two hexadecimal digits"},
    {errc::timestamp_format, "RFC 3339-5.6", "the text is not written as a date with a time is"},
    {errc::timestamp_range, "RFC 3339-5.7", "a part of the date or of the time is out of its range"},
    {errc::timestamp_fraction, "", "the fraction of the second has more digits than allowed"},
    {errc::timestamp_zone, "", "the time is not in UTC, as a Z behind it says"},

    {errc::json_end, "RFC 8259-2", "the JSON text ends before its value does"},
    {errc::json_value, "RFC 8259-3", "no JSON value begins like this"},
    {errc::json_number, "RFC 8259-6", "the number is not written as numbers are in JSON"},
    {errc::json_leading_zero, "RFC 8259-6", "the number begins with a 0 that it does not need"},
    {errc::json_control_character, "RFC 8259-7", "a control character in a string is not escaped"},
    {errc::json_escape, "RFC 8259-7", "what follows a \\ in a string is not an escape"},
    {errc::json_surrogate, "RFC 8259-8.2", "half of a surrogate pair is escaped without the other half"},
    {errc::json_utf8, "RFC 8259-8.1", "a string is not well-formed UTF-8"},
    {errc::json_name, "RFC 8259-4", "there is no name where a member of an object begins"},
    {errc::json_colon, "RFC 8259-4", "there is no colon behind the name of a member"},
    {errc::json_comma, "RFC 8259-2", "a member or an item is followed neither by a comma nor by the end"},
    {errc::json_leftover, "RFC 8259-2", "something is left over behind the JSON value"},
    {errc::json_depth, "RFC 8259-9", "arrays and objects are nested deeper than the limit"},
    {errc::json_kind, "RFC 8259-3", "the JSON value is of another kind than the one that belongs here"},
    {errc::json_number_range, "RFC 8259-6", "the number is not one that its type can hold, or that JSON has"},
    {errc::json_absent, "", "there is no such member or item"},
    {errc::json_misplaced, "RFC 8259-2", "what is to be written cannot stand at this place"},
    {errc::json_open, "RFC 8259-2", "the value is not written to its end"},

    {errc::mqtt_invalid_utf8, "MQTT-1.5.3-1", "the text is not well-formed UTF-8"},
    {errc::mqtt_nul_in_text, "MQTT-1.5.3-2", "the text holds the character U+0000"},
    {errc::mqtt_discouraged_character, "MQTT 1.5.3",
     "the text holds a control character or a code point that is no character"},
    {errc::mqtt_packet_type, "MQTT 2.2.1", "the packet type is reserved"},
    {errc::mqtt_flags, "MQTT-2.2.2-2", "the flags of the fixed header are not those of this packet"},
    {errc::mqtt_remaining_length, "MQTT 2.2.3", "the remaining length does not fit in four bytes"},
    {errc::mqtt_padded_length, "MQTT 2.2.3", "the remaining length takes more bytes than it needs"},
    {errc::mqtt_impossible_length, "MQTT 2.2.3", "the remaining length is not one that this packet can have"},
    {errc::mqtt_wrong_packet, "", "the packet is of another type than the one asked for"},
    {errc::mqtt_packet_id, "MQTT-2.3.1-1", "the packet identifier is 0"},
    {errc::mqtt_packet_id_at_qos_0, "MQTT-2.3.1-5", "there is a packet identifier at QoS 0"},
    {errc::mqtt_publish_answer_id, "MQTT-2.3.1-6", "the packet identifier is 0, and so not that of the PUBLISH"},
    {errc::mqtt_subscribe_answer_id, "MQTT-2.3.1-7",
     "the packet identifier is not that of the SUBSCRIBE or UNSUBSCRIBE"},
    {errc::mqtt_connect_first, "MQTT-3.1.0-1", "the first packet of a client is not CONNECT"},
    {errc::mqtt_connect_twice, "MQTT-3.1.0-2", "a client sends a second CONNECT"},
    {errc::mqtt_protocol_name, "MQTT-3.1.2-1", "the protocol name is not MQTT"},
    {errc::mqtt_protocol_level, "MQTT-3.1.2-2", "the protocol level is not supported"},
    {errc::mqtt_reserved_connect_flag, "MQTT-3.1.2-3", "the reserved connect flag is set"},
    {errc::mqtt_will_absent, "MQTT-3.1.2-9", "there is no room for the will that the flags announce"},
    {errc::mqtt_will_qos_without_will, "MQTT-3.1.2-13", "there is a will QoS without a will"},
    {errc::mqtt_will_qos, "MQTT-3.1.2-14", "the will QoS is 3"},
    {errc::mqtt_will_retain_without_will, "MQTT-3.1.2-15", "there is a will retain flag without a will"},
    {errc::mqtt_username_without_flag, "MQTT-3.1.2-18", "there are bytes behind the last field, and no user name flag"},
    {errc::mqtt_username_absent, "MQTT-3.1.2-19", "there is no room for the user name that the flags announce"},
    {errc::mqtt_password_without_flag, "MQTT-3.1.2-20", "there are bytes behind the last field, and no password flag"},
    {errc::mqtt_password_absent, "MQTT-3.1.2-21", "there is no room for the password that the flags announce"},
    {errc::mqtt_password_without_username, "MQTT-3.1.2-22", "there is a password without a user name"},
    {errc::mqtt_empty_client_id, "MQTT-3.1.3-7", "an empty client identifier asks for a clean session"},
    {errc::mqtt_connack_first, "MQTT-3.2.0-1", "the first packet of a server is not CONNACK"},
    {errc::mqtt_reserved_connack_flags, "MQTT 3.2.2.1", "reserved acknowledge flags are set"},
    {errc::mqtt_session_present, "MQTT-3.2.2-4", "a refused connection has no session present"},
    {errc::mqtt_return_code, "MQTT 3.2.2.3", "the return code is reserved"},
    {errc::mqtt_dup_at_qos_0, "MQTT-3.3.1-2", "the DUP flag is set at QoS 0"},
    {errc::mqtt_qos, "MQTT-3.3.1-4", "the QoS is 3"},
    {errc::mqtt_wildcard_in_topic, "MQTT-3.3.2-2", "the topic name holds a wildcard"},
    {errc::mqtt_wildcard_in_will_topic, "MQTT-4.7.1-1", "the topic of the will holds a wildcard"},
    {errc::mqtt_pubrel_flags, "MQTT-3.6.1-1", "the flags of the fixed header are not 2"},
    {errc::mqtt_subscribe_flags, "MQTT-3.8.1-1", "the flags of the fixed header are not 2"},
    {errc::mqtt_no_subscriptions, "MQTT-3.8.3-3", "there is no topic filter to subscribe to"},
    {errc::mqtt_requested_qos, "MQTT-3.8.3-4", "the requested QoS is above 2, or reserved bits are set"},
    {errc::mqtt_suback_count, "MQTT-3.8.4-5", "there is not one return code for each topic filter"},
    {errc::mqtt_suback_code, "MQTT-3.9.3-2", "the return code is reserved"},
    {errc::mqtt_unsubscribe_flags, "MQTT-3.10.1-1", "the flags of the fixed header are not 2"},
    {errc::mqtt_no_filters, "MQTT-3.10.3-2", "there is no topic filter to unsubscribe from"},
    {errc::mqtt_disconnect_flags, "MQTT-3.14.1-1", "the flags of the fixed header are not 0"},
    {errc::mqtt_multi_level_wildcard, "MQTT-4.7.1-2", "a # is not the last character, or not a level of its own"},
    {errc::mqtt_single_level_wildcard, "MQTT-4.7.1-3", "a + is not a level of its own"},
    {errc::mqtt_empty_topic, "MQTT-4.7.3-1", "the topic is empty"},
    {errc::mqtt_topic_too_long, "MQTT-4.7.3-3", "the topic is longer than 65,535 bytes"},
    {errc::mqtt_direction, "MQTT 2.2.1", "this side never receives such a packet"},

    {errc::amqp_format_code, "AMQP 1.6", "the format code is not one that is defined"},
    {errc::amqp_type, "AMQP 1.2", "the value is of another type than the one that belongs here"},
    {errc::amqp_boolean, "AMQP 1.6.2", "a boolean is neither 0 nor 1"},
    {errc::amqp_char, "AMQP 1.6.16", "a char is a surrogate, or beyond U+10FFFF"},
    {errc::amqp_symbol, "AMQP 1.6.21", "the symbol is not ASCII"},
    {errc::amqp_size, "AMQP 1.2", "the size leaves no room for what it has to contain"},
    {errc::amqp_count, "AMQP 1.2", "the count does not agree with the size"},
    {errc::amqp_odd_map, "AMQP 1.6.23", "the map has a key without a value"},
    {errc::amqp_mixed_array, "AMQP 1.6.24", "the elements of the array are not of one type"},
    {errc::amqp_depth, "", "values are nested too deep"},
    {errc::amqp_descriptor, "AMQP 1.3", "the descriptor is not one that belongs here"},
    {errc::amqp_missing_field, "AMQP 1.4", "a mandatory field is missing"},
    {errc::amqp_too_many_fields, "AMQP 1.4", "there are more fields than the type has"},
    {errc::amqp_choice, "AMQP 1.4", "the value is not one of those that its type allows"},
    {errc::amqp_key, "AMQP 1.6.23", "a key of the map is of a type that is not allowed here"},
    {errc::amqp_map_value, "AMQP 1.6.23", "a value of the map is of a type that is not allowed here"},
    {errc::amqp_section, "AMQP 3.2", "what stands here is not a section of a message"},
    {errc::amqp_section_order, "AMQP 3.2", "the sections are not in their order"},
    {errc::amqp_repeated_section, "AMQP 3.2", "a section that can be there once is there again"},
    {errc::amqp_mixed_body, "AMQP 3.2", "the body has sections of different kinds"},
    {errc::amqp_no_body, "AMQP 3.2", "the message has no body"},
    {errc::amqp_protocol_header, "AMQP 2.2", "the protocol header is not one of AMQP 1.0"},
    {errc::amqp_frame_size, "AMQP 2.3.1", "the frame is shorter than its header"},
    {errc::amqp_data_offset, "AMQP 2.3.1", "the data offset does not lie within the frame, or in its header"},
    {errc::amqp_frame_type, "AMQP 2.3.1",
     "the frame is of a type that is not defined, or not the one that belongs here"},
    {errc::amqp_max_frame_size, "AMQP 2.7.1", "the frame is larger than the receiver accepts"},
    {errc::amqp_sasl_frame_size, "AMQP 5.3.1", "a SASL frame is larger than 512 bytes"},
    {errc::amqp_payload, "AMQP 2.3.2", "only a transfer has a payload"},
    {errc::amqp_empty_sasl_frame, "AMQP 5.3.1", "a SASL frame has no body"},
    {errc::amqp_credentials, "RFC 4616-2", "the user name or the password is empty"},
    {errc::amqp_delivery_tag, "AMQP 2.8.7", "the delivery tag is longer than 32 bytes"},
    {errc::amqp_first_transfer, "AMQP 2.7.5", "the first transfer of a delivery has no delivery id or no tag"},
    {errc::amqp_next_transfer, "AMQP 2.7.5", "a transfer that continues a delivery contradicts the first one"},

    {errc::iothub_identifier, "", "the character cannot be in the identifier of a device or a module"},
    {errc::iothub_identifier_length, "",
     "the identifier of a device or a module is empty, or longer than 128 characters"},
    {errc::iothub_topic, "", "the topic is not one that the hub has for this"},
    {errc::iothub_topic_level, "", "an identifier or a name in the topic is empty"},
    {errc::iothub_topic_character, "", "the character cannot stand there in a topic"},
    {errc::iothub_topic_status, "", "the status in the topic is not a number from 0 to 999"},
    {errc::iothub_topic_rid, "", "the topic has no request identifier"},
    {errc::iothub_topic_version, "", "the topic has no version where it needs one, or one that is no number"},
    {errc::iothub_topic_filter, "", "the topic filter is not one that the hub has for this client"},
    {errc::iothub_username, "", "the user name is not made of a host, identifiers and properties"},
    {errc::iothub_username_character, "", "the character cannot stand there in a user name"},
    {errc::iothub_username_api_version, "", "the user name does not say which api-version is meant"},
    {errc::iothub_username_client, "", "the client identifier or the will is not that of the client in the user name"},
    {errc::iothub_uuid, "RFC 4122-3", "the text is not a UUID"},
    {errc::iothub_amqp_absent, "", "the message lacks a property or an annotation that it needs"},
    {errc::iothub_amqp_type, "", "a property or an annotation is of another type, or out of its range"},
    {errc::iothub_amqp_operation, "", "the message is of another operation than the one asked for"},
    {errc::iothub_amqp_body, "", "the body is not of the kind that this operation has"},
    {errc::iothub_amqp_selector, "", "the filter is not one on a sequence number, an offset or a time"},
    {errc::iothub_amqp_channel, "", "the text is not the correlation id of a channel"},
    {errc::iothub_host_name, "", "the character cannot be in the name of a host"},
    {errc::iothub_policy_name, "", "the character cannot be in the name of a policy"},
    {errc::iothub_connection_part, "", "a part of the connection string is not a key, = and a value"},
    {errc::iothub_connection_empty_value, "", "a key of the connection string has no value"},
    {errc::iothub_connection_unknown_key, "", "the key is not one of a connection string"},
    {errc::iothub_connection_repeated_key, "", "the key stands in the connection string twice"},
    {errc::iothub_connection_x509, "", "the value of x509 is neither true nor false"},
    {errc::iothub_connection_no_host, "", "the connection string has no HostName"},
    {errc::iothub_connection_no_device, "", "the connection string names no device where it needs one, and no policy"},
    {errc::iothub_connection_no_credential, "",
     "the connection string has neither a key nor a signature nor x509=true"},
    {errc::iothub_connection_two_credentials, "",
     "the connection string has more than one of a key, a signature and x509=true"},
    {errc::iothub_connection_semicolon, "", "a ; in the value would end it"},
    {errc::iothub_sas_word, "", "the token does not begin with SharedAccessSignature and a space"},
    {errc::iothub_sas_part, "", "a part of the token is not the name of a field, = and a value"},
    {errc::iothub_sas_unknown_field, "", "the field is not one of a token"},
    {errc::iothub_sas_repeated_field, "", "the field stands in the token twice"},
    {errc::iothub_sas_empty_field, "", "a field of the token has no value"},
    {errc::iothub_sas_missing_field, "", "the token has no sr, no sig or no se"},
    {errc::iothub_sas_ampersand, "", "an & in the field would end it"},
    {errc::iothub_sas_signature, "", "the signature is not 32 bytes in base64, percent-encoded"},
    {errc::iothub_sas_wrong_signature, "", "the signature is not that of the key"},
    {errc::iothub_sas_other_resource, "", "the token is for another resource"},
    {errc::iothub_sas_expired, "", "the token has expired"},
    {errc::iothub_sas_empty_key, "", "the key is empty, so that anybody has it"},
    {errc::iothub_resource, "", "the text is not a hub, a device or a module of one"},
    {errc::iothub_address, "", "the text is not the address of an endpoint"},
    {errc::iothub_address_name, "", "the name in the address is empty, or has a character that it cannot have"},
    {errc::iothub_plain_user, "", "the text is not the user name of a policy, a device or a module"},
    {errc::iothub_amqp_uri, "", "the text is not amqps://user:password@host/path"},
    {errc::iothub_feedback_content_type, "", "the content type of the message is not that of feedback"},
    {errc::iothub_feedback_body, "", "the body of a feedback message does not consist of data"},

    {errc::iothub_bag_name, "", "a property in the bag has no name"},
    {errc::iothub_message_repeated, "", "a system property is there twice"},
    {errc::iothub_message_reserved, "", "an application property has the name of a system property"},
    {errc::iothub_message_nameless, "", "MQTT has no name for a system property"},
    {errc::iothub_message_type, "", "the property is of a type that has no place here"},
    {errc::iothub_message_body, "", "the body of the message is not bytes"},
    {errc::iothub_message_id, "", "the character cannot be in the id of a message"},
    {errc::iothub_message_id_length, "", "the id of the message is longer than 128 characters"},
    {errc::iothub_message_character, "", "the character cannot be in the name or the value of a property"},
    {errc::iothub_message_size, "", "the message is larger than the hub takes"},
};

inline constexpr rule unknown_rule{errc::application, "", "a rule of the application's own is broken"};

consteval bool rules_in_order() {
    std::size_t index = 0;
    for (const rule& r : rules) {
        if (static_cast<std::size_t>(r.code) != index++) return false;
    }
    return index == std::size_t{static_cast<std::uint16_t>(errc::iothub_message_size)} + 1;
}
static_assert(rules_in_order(), "one rule for each errc, in its order");

}  // namespace detail

/// What is wrong, and where.
struct error {
    errc code = errc::none;

    /// Where: when decoding, the offset in the input of the first byte that cannot stand (the end of the input if it is
    /// incomplete); when encoding, how many bytes come before (the size of the buffer if that was too small).
    std::size_t offset = 0;

    /// How many bytes it would take in addition, at least: of input for incomplete, of room for no_space; otherwise 0.
    /// For incomplete this may be a sender's word: compare it with a limit before making room for it.
    std::size_t needed = 0;

    /// Nothing is wrong so far, the input just ends too early: try again, from the same first byte, once there are at
    /// least `needed` more.
    [[nodiscard]] constexpr bool incomplete() const noexcept { return code == errc::incomplete; }

    /// A sentence that says what is wrong, without a full stop.
    [[nodiscard]] constexpr std::string_view message() const noexcept { return entry().sentence; }

    /// The id of the specification's statement that is broken, such as "MQTT-3.1.2-22"; empty where there is none.
    [[nodiscard]] constexpr std::string_view rule() const noexcept { return entry().id; }

    friend constexpr bool operator==(const error&, const error&) noexcept = default;

private:
    [[nodiscard]] constexpr const detail::rule& entry() const noexcept {
        const auto index = static_cast<std::size_t>(code);
        return index < sizeof(detail::rules) / sizeof(detail::rule) ? detail::rules[index] : detail::unknown_rule;
    }
};

}  // namespace hubwire

#endif
