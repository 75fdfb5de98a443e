// Everything public of tokens, connection strings and addresses, in functions that anybody could call; as
// everything/core.cpp.

#include <hubwire/hubwire.hpp>

template class hubwire::result<hubwire::iothub::connection_string>;
template class hubwire::result<hubwire::iothub::sas_token>;
template class hubwire::result<hubwire::iothub::sas_resource_view>;
template class hubwire::result<hubwire::iothub::address_view>;
template class hubwire::result<hubwire::iothub::plain_user>;
template class hubwire::result<hubwire::iothub::amqp_uri_view>;

namespace everything {

namespace iothub = hubwire::iothub;
using hubwire::buffer;
using hubwire::bytes;
using hubwire::result;

// identifiers and names

bool names(std::string_view text, const iothub::identity& who) {
    return iothub::check_identifier(text) && iothub::check_identity(who) && iothub::check_host_name(text) &&
           iothub::check_host_and_port(text) && iothub::check_policy_name(text) &&
           iothub::equal_ignoring_case(text, iothub::hub_name_of(text)) && who.is_module() && who == iothub::identity{};
}

// keys and resources

result<hubwire::crypto::sha256_digest> keys(std::string_view text, bytes message) {
    const auto hub = iothub::sas_key::of_hub(text);
    const auto event_hubs = iothub::sas_key::of_event_hubs(text);
    static_assert(iothub::sas_key::most_bytes == 256);
    return hub.valid() ? hub.hmac_key().sign(message) : event_hubs.sign(message);
}
bool resources(buffer output, std::string_view text, const iothub::sas_resource& what) {
    const auto view = iothub::decode_sas_resource(text);
    return view &&
           (*view == what || view->covers(what) || view->is_hub() || view->who.is_module() || view->who == what.who ||
            view->who.decode(output)) &&
           iothub::encode_sas_resource(output, what) && iothub::encoded_size(what) && what == iothub::sas_resource{};
}

// tokens

/// A signer that is no key of ours.
struct element {
    result<hubwire::crypto::sha256_digest> sign(bytes message) { return hubwire::crypto::sha256_of(message); }
};

result<bytes> signed_by(buffer output, const iothub::sas_claims& claims, std::string_view key, element& other) {
    const auto written = iothub::encode_sas_token(output, claims, iothub::sas_key::of_hub(key));
    if (written || claims == iothub::sas_claims{} || !iothub::most_encoded_size(claims)) return written;
    return iothub::encode_sas_token(output, claims, other);
}
result<void> verified(buffer scratch, std::string_view text, const iothub::sas_token_options& rules,
                      const iothub::sas_key& key, element& other, const iothub::sas_demand& demand) {
    const auto strict = iothub::decode_sas_token(text);
    const auto token = strict ? strict : iothub::decode_sas_token(text, rules);
    if (!token) return token.error();
    if (token->is_expired(demand.now) || token->is_expired(demand.now, demand.skew))
        return iothub::check_claims(*token, demand);
    if (token->seconds_left(demand.now) > iothub::seconds_left(1, 2)) return iothub::check_signature(*token, key);
    if (iothub::renew_at(1, 2) > iothub::renew_at(demand.now, 2, 50))
        return iothub::check_sas_token(*token, key, demand);
    const auto by_key = iothub::check_sas_token(*token, key.hmac_key(), demand);
    const auto by_hmac = iothub::check_signature(*token, key.hmac_key());
    if (by_key && by_hmac) return iothub::check_sas_token(*token, other, demand, scratch);
    return iothub::check_signature(*token, other, scratch);
}
result<bytes> forwarded(buffer output, const iothub::sas_token& token) {
    const auto size = iothub::encoded_size(token);
    if (!size) return size.error();
    return iothub::encode_sas_token(output, token);
}

// connection strings

result<bytes> connection(buffer output, std::string_view text, const iothub::connection_string_options& rules) {
    const auto strict = iothub::decode_connection_string(text);
    const auto all = strict ? strict : iothub::decode_connection_string(text, rules);
    if (!all) return all.error();
    if (all->client() == iothub::client_kind::service && all->credential() == iothub::credential_kind::x509 &&
        all->host_to_connect_to().empty() && all->resource() == iothub::sas_resource{} && *all == *strict)
        return iothub::encode_connection_string(output, *all);
    const auto size = iothub::encoded_size(*all, rules);
    return size && iothub::encoded_size(*all) ? iothub::encode_connection_string(output, *all, rules) : size.error();
}

// addresses, users and URIs

result<bytes> addresses(buffer output, std::string_view text, const iothub::address& where) {
    const auto view = iothub::decode_address(text);
    if (!view) return view.error();
    if (name_of(view->kind).empty() || *view == where || view->same_path(where) || view->who.is_module() ||
        where == iothub::address{})
        return iothub::encode_address(output, where);
    const auto size = iothub::encoded_size(where);
    return size ? iothub::encode_address(output, {.consumer_group = iothub::default_consumer_group}) : size.error();
}
result<bytes> users(buffer output, std::string_view text, const iothub::plain_user& other) {
    const auto user = iothub::decode_plain_user(text);
    if (!user) return user.error();
    if (*user == other || user->is_service() || !iothub::encoded_size(*user))
        return iothub::encode_plain_user(output, *user);
    return iothub::encode_plain_response(output, *user, text);
}
result<bytes> uris(buffer output, std::string_view text, const iothub::amqp_uri& other) {
    const auto uri = iothub::decode_amqp_uri(text);
    if (!uri) return uri.error();
    if (uri->user == text || uri->password.raw().empty() || uri->user == std::string_view{} ||
        other == iothub::amqp_uri{} || !iothub::encoded_size(other))
        return uri->password.decode(output);
    return iothub::encode_amqp_uri(output, other);
}

// into writers

template <hubwire::room Room>
void put(hubwire::basic_writer<Room>& out, const iothub::connection_string& all, const iothub::sas_token& token,
         const iothub::address& where, const iothub::plain_user& user, const iothub::amqp_uri& uri) {
    iothub::put_connection_string(out, all);
    iothub::put_connection_string(out, all, {.semicolon_in_identifier = true});
    iothub::put_sas_token(out, token);
    if constexpr (Room != hubwire::room::counting) {
        iothub::put_sas_token(out, {.resource = all.resource()}, iothub::sas_key::of_hub(all.shared_access_key));
    }
    iothub::put_sas_resource(out, all.resource());
    iothub::put_address(out, where);
    iothub::put_plain_user(out, user);
    iothub::put_plain_response(out, user, uri.password);
    iothub::put_amqp_uri(out, uri);
}
template void put(hubwire::writer&, const iothub::connection_string&, const iothub::sas_token&, const iothub::address&,
                  const iothub::plain_user&, const iothub::amqp_uri&);
template void put(hubwire::unchecked_writer&, const iothub::connection_string&, const iothub::sas_token&,
                  const iothub::address&, const iothub::plain_user&, const iothub::amqp_uri&);
template void put(hubwire::counting_writer&, const iothub::connection_string&, const iothub::sas_token&,
                  const iothub::address&, const iothub::plain_user&, const iothub::amqp_uri&);

}  // namespace everything
