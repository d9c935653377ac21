package org.millrace.source.opcua;

/** Revealed when a connection is made, never printed. */
record Credentials(String user, String password) {
    @Override
    public String toString() {
        return "Credentials[" + user + "]";
    }
}
