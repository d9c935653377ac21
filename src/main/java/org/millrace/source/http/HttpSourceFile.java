package org.millrace.source.http;

import java.util.Map;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Secret;

@Kind("HttpSource")
@Doc("What devices send by HTTP POST to /ingest/<id> on the console's port.")
public record HttpSourceFile(
        @Doc("Id that asset files name in from:, and the path after /ingest/.")
        String id,

        @Doc("Decoder, as in MqttSource; not sparkplug, not siemens-ie.")
        String decode,

        @Doc("For decode: json, csv, plain and bytes. $topic[2] is the device whose token came with the message.")
        Map<String, String> map,

        @Doc("Longest body in bytes; a longer one is answered 413.") @Default("262144")
        int maxBody,

        @Doc("Token of each device or gateway, by reference; sent as Authorization: Bearer <token>.")
        Map<String, Secret> devices,

        @Doc(
                "JavaScript file that reads the bytes of devices to which no asset file gives a codec: beside this file or in"
                        + " connectors-config/codecs.")
        Optional<String> codec) {}
