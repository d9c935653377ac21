package org.millrace.cli;

import picocli.CommandLine.Option;

/** Which running hub is asked: shared by the commands that ask one. */
final class HubAddress {
    static final String DEFAULT = "http://127.0.0.1:${env:MILLRACE_HTTP_PORT:-8080}";

    @Option(names = "--url", defaultValue = DEFAULT, description = "The hub (default: ${DEFAULT-VALUE}).")
    String url = "";

    HubClient client() {
        return new HubClient(url);
    }
}
