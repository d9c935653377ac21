package org.millrace;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** What Maven built, from {@code millrace.properties}. */
public final class BuildInfo {
    private BuildInfo() {}

    /** Such as {@code 0.1.0}; {@code unknown} when the file is not there. */
    public static String version() {
        Properties properties = new Properties();
        try (InputStream in = BuildInfo.class.getResourceAsStream("millrace.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            return "unknown";
        }
        return properties.getProperty("version", "unknown");
    }
}
