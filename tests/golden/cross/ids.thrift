// A service for peers that know uuids: Apache's compiler of Debian does not, and refuses a file with one.
namespace py ids

service Ids {
    uuid echo_uuid(1: uuid value)
    map<uuid, list<uuid>> echo_uuids(1: map<uuid, list<uuid>> value)
}
