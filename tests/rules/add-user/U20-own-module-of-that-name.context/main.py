import usb
print(usb.NAME)
