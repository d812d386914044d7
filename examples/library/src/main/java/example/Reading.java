package example;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What sensors say of a pump. A worn bearing vibrates more than one at that load does. */
record Reading(float temperature, float pressure, float vibration, float flow, boolean isWorn) {
    float[] numbers() {
        return new float[] {temperature, pressure, vibration, flow};
    }

    /** Made up; three in a thousand are of a worn bearing. */
    static List<Reading> some(int count) {
        Random random = new Random(7);
        List<Reading> readings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float load = random.nextFloat();
            boolean isWorn = random.nextFloat() < 0.003;
            readings.add(new Reading(
                    40 + 30 * load + random.nextFloat(),
                    2 + load + 0.05f * random.nextFloat(),
                    0.1f + 0.2f * load + 0.02f * random.nextFloat() + (isWorn ? 0.15f : 0),
                    100 * load + 2 * random.nextFloat(),
                    isWorn));
        }
        return readings;
    }

    String toCsv() {
        return temperature + "," + pressure + "," + vibration + "," + flow + "," + isWorn;
    }

    static Reading fromCsv(String line) {
        String[] fields = line.split(",");
        return new Reading(
                Float.parseFloat(fields[0]),
                Float.parseFloat(fields[1]),
                Float.parseFloat(fields[2]),
                Float.parseFloat(fields[3]),
                Boolean.parseBoolean(fields[4]));
    }
}
