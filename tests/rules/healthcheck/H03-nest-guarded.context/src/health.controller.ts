import { Controller, Get } from '@nestjs/common';
@UseGuards(AuthGuard)
@Controller('health')
export class HealthController {
  @Get()
  check() { return { ok: true }; }
}
