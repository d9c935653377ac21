package org.millrace.connector.rest;

import java.util.Map;

/** What every connector file says, whatever its system is asked for: where it is, how to log in, what its answers mean. */
public interface SystemFile {
    String id();

    String baseUrl();

    ConnectorFile.Auth auth();

    Map<String, String> settings();

    Map<String, String> headers();

    ConnectorFile.Connection connection();

    ConnectorFile.Limits limits();

    boolean htmlEscaped();

    ConnectorFile.Success success();

    ConnectorFile.Retry retry();

    /** The system's own words; none where it has no work orders. */
    ConnectorFile.Words map();
}
