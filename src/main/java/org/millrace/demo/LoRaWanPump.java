package org.millrace.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A LoRaWAN vibration sensor on a cooling water pump, as ChirpStack v4 publishes it: {@code v_rms} (mm/s), {@code temp}
 * (Cel), {@code battery} (%). It follows a script: healthy for 12 s, then it wears through zone C (above 4.5 mm/s) into
 * zone D (above 7.1 mm/s) of ISO 10816 by about 30 s, and is healthy again by 50 s.
 */
public final class LoRaWanPump extends FieldDevice {
    public static final String DEV_EUI = "24e124136b502217";
    public static final String TOPIC =
            "application/17c82e96-be03-4f38-aef3-f83d48582d97/device/" + DEV_EUI + "/event/up";

    /** The script: seconds since the start, and the vibration there; straight lines between. */
    private static final double[][] SCRIPT = {{0, 2.2}, {12, 2.2}, {20, 4.7}, {30, 7.8}, {42, 8.4}, {50, 2.2}};

    private static final double NOISE = 0.12;

    private final Clock clock;
    private final RandomGenerator random;
    private @Nullable Instant begin;
    private long frame;

    public LoRaWanPump(int port, Clock clock, RandomGenerator random) {
        this(port, clock, random, Duration.ofMillis(500));
    }

    public LoRaWanPump(int port, Clock clock, RandomGenerator random, Duration every) {
        super("lorawan-pump", port, every);
        this.clock = clock;
        this.random = random;
    }

    @Override
    void step() {
        Instant now = clock.instant();
        if (begin == null) {
            begin = now;
        }
        publish(TOPIC, uplink(now, Duration.between(begin, now).toMillis() / 1_000.0));
    }

    /** mm/s without noise, so many seconds into the script. */
    static double vibration(double seconds) {
        for (int i = 1; i < SCRIPT.length; i++) {
            if (seconds < SCRIPT[i][0]) {
                double part = (seconds - SCRIPT[i - 1][0]) / (SCRIPT[i][0] - SCRIPT[i - 1][0]);
                return SCRIPT[i - 1][1] + part * (SCRIPT[i][1] - SCRIPT[i - 1][1]);
            }
        }
        return SCRIPT[SCRIPT.length - 1][1];
    }

    String uplink(Instant now, double seconds) {
        double vibration = vibration(seconds) + NOISE * (2 * random.nextDouble() - 1);
        double temperature = 41 + 1.5 * (vibration - 2.2) + 0.2 * random.nextDouble();
        return String.format(
                Locale.ROOT,
                """
                {"deduplicationId":"%08x-0000-4000-8000-%012x","time":"%s","deviceInfo":{"tenantName":"ChirpStack",\
                "applicationId":"17c82e96-be03-4f38-aef3-f83d48582d97","applicationName":"lyon","deviceProfileName":\
                "vibration","deviceName":"P-101 vibration","devEui":"%s","tags":{}},"devAddr":"00189440","adr":true,\
                "dr":5,"fCnt":%d,"fPort":2,"confirmed":false,"data":"AQID","object":{"v_rms":%.3f,"temp":%.2f,\
                "battery":%d},"rxInfo":[{"gatewayId":"0016c001f153a14c","uplinkId":%d,"rssi":%d,"snr":%.1f}]}""",
                frame,
                frame,
                now,
                DEV_EUI,
                frame,
                vibration,
                temperature,
                96,
                ++frame,
                -70 - random.nextInt(12),
                7 + 3 * random.nextDouble());
    }
}
