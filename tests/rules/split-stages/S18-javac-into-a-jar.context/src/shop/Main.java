package shop;

public class Main {
    public static void main(String[] a) throws Exception { System.out.println("x"); }
}
